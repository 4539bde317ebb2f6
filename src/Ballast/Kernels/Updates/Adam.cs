using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Updates;

/// <summary>The numbers of one step of Adam.</summary>
internal readonly record struct AdamNumbers<T>(T Beta1Power, T Beta2Power, T Rate, T Beta1, T Beta2, T Epsilon)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The learning rate with both bias corrections: rate·√(1 - β₂ᵗ) / (1 - β₁ᵗ).</summary>
    public T CorrectedRate => Rate * T.Sqrt(T.One - Beta2Power) / (T.One - Beta1Power);
}

/// <summary>m ← m + (g - m)(1 - β₁); v ← v + (g² - v)(1 - β₂); θ ← θ - m·α / (√v + ε), where α is the corrected rate.</summary>
internal readonly struct Adam<T>(in AdamNumbers<T> numbers) : IUpdate<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = Vector.Create(numbers.CorrectedRate);
    private readonly Vector<T> _newness1 = Vector.Create(T.One - numbers.Beta1);
    private readonly Vector<T> _newness2 = Vector.Create(T.One - numbers.Beta2);
    private readonly Vector<T> _epsilon = Vector.Create(numbers.Epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(ref Vector<T> variable, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third, Vector<T> gradient)
    {
        first += (gradient - first) * _newness1;
        second += ((gradient * gradient) - second) * _newness2;
        variable -= first * _rate / (Vector.SquareRoot(second) + _epsilon);
    }
}

/// <summary>Adam with Nesterov's look ahead: (g(1 - β₁) + β₁·m)·α in place of m·α.</summary>
internal readonly struct NesterovAdam<T>(in AdamNumbers<T> numbers) : IUpdate<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = Vector.Create(numbers.CorrectedRate);
    private readonly Vector<T> _beta1 = Vector.Create(numbers.Beta1);
    private readonly Vector<T> _newness1 = Vector.Create(T.One - numbers.Beta1);
    private readonly Vector<T> _newness2 = Vector.Create(T.One - numbers.Beta2);
    private readonly Vector<T> _epsilon = Vector.Create(numbers.Epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(ref Vector<T> variable, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third, Vector<T> gradient)
    {
        first += (gradient - first) * _newness1;
        second += ((gradient * gradient) - second) * _newness2;
        variable -= ((gradient * _newness1) + (_beta1 * first)) * _rate / (Vector.SquareRoot(second) + _epsilon);
    }
}
