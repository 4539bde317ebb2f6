using System.Numerics;
using System.Runtime.CompilerServices;
using Ballast.Kernels.Elementwise;

namespace Ballast.Kernels.Updates;

/// <summary>The numbers of one step of FTRL; the shrinkage is 0 in its first version.</summary>
internal readonly record struct FtrlNumbers<T>(T Rate, T L1, T L2, T Shrinkage, T Power)
    where T : unmanaged, IFloatingPointIeee754<T>;

/// <summary>
/// Follow the regularised leader: n' = n + g²; z ← z + g + 2·shrinkage·θ - (n'⁻ᵖ - n⁻ᵖ) / rate·θ;
/// θ ← (l1·sign z - z) / (n'⁻ᵖ / rate + 2·l2) where |z| &gt; l1, else 0; n ← n'.
/// </summary>
internal readonly struct Ftrl<T>(in FtrlNumbers<T> numbers) : IUpdate<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = Vector.Create(numbers.Rate);
    private readonly Vector<T> _l1 = Vector.Create(numbers.L1);
    private readonly Vector<T> _twiceL2 = Vector.Create(numbers.L2 + numbers.L2);
    private readonly Vector<T> _twiceShrinkage = Vector.Create(numbers.Shrinkage + numbers.Shrinkage);
    private readonly Vector<T> _exponent = Vector.Create(-numbers.Power);
    private readonly bool _isRoot = numbers.Power == T.CreateTruncating(-0.5);
    private readonly bool _shrinks = numbers.Shrinkage > T.Zero;

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(ref Vector<T> variable, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third, Vector<T> gradient)
    {
        Vector<T> accumulated = first + (gradient * gradient);
        Vector<T> power = Power(accumulated);
        Vector<T> shrunk = _shrinks ? gradient + (_twiceShrinkage * variable) : gradient;
        second += shrunk - ((power - Power(first)) / _rate * variable);
        Vector<T> x = (_l1 * Signs.Of(second)) - second;
        Vector<T> y = (power / _rate) + _twiceL2;
        // As TensorFlow has it, a NaN in z gives θ = 0.
        variable = Vector.ConditionalSelect(Vector.GreaterThan(Vector.Abs(second), _l1), x / y, Vector<T>.Zero);
        first = accumulated;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<T> Power(Vector<T> x) => _isRoot ? Vector.SquareRoot(x) : Lanes.Map(x, _exponent, MathF.Pow, Math.Pow);
}
