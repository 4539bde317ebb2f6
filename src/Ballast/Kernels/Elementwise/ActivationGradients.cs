using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Elementwise;

// The inputs stand in the order of TensorFlow's operation of the same name; g is the incoming gradient.

/// <summary>ReluGrad(g, x) = g · [x &gt; 0]: a product, so that Inf or NaN at a dead unit gives NaN.</summary>
internal readonly struct ReluGrad : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> g, Vector<T> x) where T : unmanaged =>
        g * (Vector.GreaterThan(x, Vector<T>.Zero) & Vector<T>.One);
}

/// <summary>Relu6Grad(g, x) = g · [0 &lt; x &lt; 6], a product.</summary>
internal readonly struct Relu6Grad : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> g, Vector<T> x) where T : unmanaged =>
        g * (Vector.GreaterThan(x, Vector<T>.Zero) & Vector.LessThan(x, Lanes.Of<T>(6)) & Vector<T>.One);
}

/// <summary>LeakyReluGrad(g, x): g where x &gt; 0, alpha·g elsewhere.</summary>
internal readonly struct LeakyReluGrad(float alpha) : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> g, Vector<T> x) where T : unmanaged =>
        Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<T>.Zero), g, g * Lanes.Of<T>(alpha));
}

/// <summary>EluGrad(g, y): g·(y + 1) where y &lt; 0, g elsewhere.</summary>
internal readonly struct EluGrad : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> g, Vector<T> y) where T : unmanaged =>
        Vector.ConditionalSelect(Vector.LessThan(y, Vector<T>.Zero), (y + Vector<T>.One) * g, g);
}

/// <summary>SeluGrad(g, y): g·(y + scale·alpha) where y &lt; 0, g·scale elsewhere.</summary>
internal readonly struct SeluGrad : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> g, Vector<T> y) where T : unmanaged => Vector.ConditionalSelect(
        Vector.LessThan(y, Vector<T>.Zero), g * (y + Lanes.Of<T>(Selu.ScaleAlpha)), g * Lanes.Of<T>(Selu.Scale));
}

/// <summary>SoftplusGrad(g, x) = g / (e⁻ˣ + 1).</summary>
internal readonly struct SoftplusGrad : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> g, Vector<T> x) where T : unmanaged =>
        g / (Transcendentals.Exp(-x) + Vector<T>.One);
}

/// <summary>SoftsignGrad(g, x) = g / (1 + |x|)².</summary>
internal readonly struct SoftsignGrad : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> g, Vector<T> x) where T : unmanaged
    {
        Vector<T> size = Vector<T>.One + Vector.Abs(x);
        return g / (size * size);
    }
}

/// <summary>SigmoidGrad(y, g) = g·y·(1 - y).</summary>
internal readonly struct SigmoidGrad : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> y, Vector<T> g) where T : unmanaged => g * y * (Vector<T>.One - y);
}

/// <summary>TanhGrad(y, g) = g·(1 - y²).</summary>
internal readonly struct TanhGrad : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> y, Vector<T> g) where T : unmanaged => g * (Vector<T>.One - (y * y));
}

/// <summary>SqrtGrad(y, g) = g/2 / y; 0 where g = 0, whatever y is.</summary>
internal readonly struct SqrtGrad : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> y, Vector<T> g) where T : unmanaged => Vector.ConditionalSelect(
        Vector.Equals(g, Vector<T>.Zero), Vector<T>.Zero, Lanes.Of<T>(0.5) * g / y);
}

/// <summary>RsqrtGrad(y, g) = -g/2·y³; 0 where g = 0, whatever y is.</summary>
internal readonly struct RsqrtGrad : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> y, Vector<T> g) where T : unmanaged => Vector.ConditionalSelect(
        Vector.Equals(g, Vector<T>.Zero), Vector<T>.Zero, Lanes.Of<T>(-0.5) * (g * y) * (y * y));
}

/// <summary>ReciprocalGrad(y, g) = -g·y²; 0 where g = 0, whatever y is. Also InvGrad.</summary>
internal readonly struct ReciprocalGrad : IBinaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> y, Vector<T> g) where T : unmanaged => Vector.ConditionalSelect(
        Vector.Equals(g, Vector<T>.Zero), Vector<T>.Zero, -y * y * g);
}
