using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Updates;

/// <summary>θ ← θ - g·rate.</summary>
internal readonly struct GradientDescent<T>(T rate) : IUpdate<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = Vector.Create(rate);

    public static int Slots => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(ref Vector<T> variable, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third, Vector<T> gradient) =>
        variable -= gradient * _rate;
}

/// <summary>θ' = θ - g·rate, drawn towards 0 by l1 and shrunk by l2.</summary>
internal readonly struct ProximalGradientDescent<T>(T rate, T l1, T l2) : IUpdate<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = Vector.Create(rate);
    private readonly Vector<T> _threshold = Vector.Create(rate * l1);
    private readonly Vector<T> _divisor = Vector.Create(T.One + (l2 * rate));
    private readonly bool _hasL1 = l1 > T.Zero;

    public static int Slots => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(ref Vector<T> variable, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third, Vector<T> gradient)
    {
        Vector<T> moved = variable - (gradient * _rate);
        if (_hasL1)
            moved = Signs.Of(moved) * Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(moved) - _threshold, Vector<T>.Zero),
                Vector<T>.Zero, Vector.Abs(moved) - _threshold);
        variable = moved / _divisor;
    }
}

/// <summary>The sign of each element: 1, 0 or -1; NaN for NaN, so that what went wrong is not hidden.</summary>
internal static class Signs
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Of<T>(Vector<T> x) where T : unmanaged => Vector.ConditionalSelect(Vector.Equals(x, x),
        (Vector.GreaterThan(x, Vector<T>.Zero) & Vector<T>.One) - (Vector.LessThan(x, Vector<T>.Zero) & Vector<T>.One), x);
}
