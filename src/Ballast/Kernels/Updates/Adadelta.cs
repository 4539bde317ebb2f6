using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Updates;

/// <summary>a ← a·ρ + g²(1 - ρ); u = √(d + ε) / √(a + ε)·g; θ ← θ - u·rate; d ← d·ρ + u²(1 - ρ).</summary>
internal readonly struct Adadelta<T>(T rate, T decay, T epsilon) : IUpdate<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = Vector.Create(rate);
    private readonly Vector<T> _decay = Vector.Create(decay);
    private readonly Vector<T> _newness = Vector.Create(T.One - decay);
    private readonly Vector<T> _epsilon = Vector.Create(epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(ref Vector<T> variable, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third, Vector<T> gradient)
    {
        first = (first * _decay) + (gradient * gradient * _newness);
        Vector<T> update = Vector.SquareRoot(second + _epsilon) * (Vector<T>.One / Vector.SquareRoot(first + _epsilon)) * gradient;
        variable -= update * _rate;
        second = (second * _decay) + (update * update * _newness);
    }
}
