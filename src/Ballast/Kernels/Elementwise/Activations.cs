using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Elementwise;

/// <summary>max(x, 0): NaN stays NaN.</summary>
internal readonly struct Relu : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => new Maximum().Invoke(x, Vector<T>.Zero);
}

/// <summary>min(max(x, 0), 6): NaN stays NaN.</summary>
internal readonly struct Relu6 : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged =>
        new Minimum().Invoke(new Maximum().Invoke(x, Vector<T>.Zero), Lanes.Of<T>(6));
}

/// <summary>max(x, alpha·x).</summary>
internal readonly struct LeakyRelu(float alpha) : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => new Maximum().Invoke(x, x * Lanes.Of<T>(alpha));
}

/// <summary>x, and eˣ - 1 below 0.</summary>
internal readonly struct Elu : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged =>
        Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), Transcendentals.Expm1(x), x);
}

/// <summary>scale·x, and scale·alpha·(eˣ - 1) below 0.</summary>
internal readonly struct Selu : IUnaryOperator
{
    // Klambauer et al. 2017: the fixed point with mean 0 and variance 1.
    public const double Scale = 1.0507009873554804934193349852946;
    public const double ScaleAlpha = Scale * 1.6732632423543772848170429916717;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => Vector.ConditionalSelect(
        Vector.LessThan(x, Vector<T>.Zero), Lanes.Of<T>(ScaleAlpha) * Transcendentals.Expm1(x), Lanes.Of<T>(Scale) * x);
}

/// <summary>ln(1 + eˣ).</summary>
internal readonly struct Softplus : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => Transcendentals.Softplus(x);
}

/// <summary>x / (1 + |x|): NaN at ±Inf, as in TensorFlow.</summary>
internal readonly struct Softsign : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => x / (Vector<T>.One + Vector.Abs(x));
}

/// <summary>1 / (1 + e⁻ˣ).</summary>
internal readonly struct Sigmoid : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => Transcendentals.Sigmoid(x);
}

/// <summary>The hyperbolic tangent.</summary>
internal readonly struct Tanh : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => Transcendentals.Tanh(x);
}
