using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Elementwise;

/// <summary>√x; NaN below 0.</summary>
internal readonly struct Sqrt : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => Vector.SquareRoot(x);
}

/// <summary>1 / √x: +Inf at 0, NaN below.</summary>
internal readonly struct Rsqrt : IUnaryOperator
{
    // |√x| makes of √-0 = -0 the +0 that TensorFlow's kernel has.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => Vector<T>.One / Vector.Abs(Vector.SquareRoot(x));
}

/// <summary>1 / x.</summary>
internal readonly struct Reciprocal : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => new Div().Invoke(Vector<T>.One, x);
}

/// <summary>eˣ.</summary>
internal readonly struct Exp : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => Transcendentals.Exp(x);
}

/// <summary>eˣ - 1.</summary>
internal readonly struct Expm1 : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => Transcendentals.Expm1(x);
}

/// <summary>ln x: -Inf at 0, NaN below.</summary>
internal readonly struct Log : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => Transcendentals.Log(x);
}

/// <summary>ln(1 + x).</summary>
internal readonly struct Log1p : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => Transcendentals.Log1p(x);
}

/// <summary>xʸ; integers to a negative power throw.</summary>
internal readonly struct Pow : IBinaryOperator
{
    public Vector<T> Invoke<T>(Vector<T> x, Vector<T> y) where T : unmanaged
    {
        if (Integers.Is<T>()) return Integers.Map<Integers.Power, T>(x, y);
        if (Vector.EqualsAll(y, Lanes.Of<T>(2))) return x * x;
        return Lanes.Map(x, y, MathF.Pow, Math.Pow);
    }
}

/// <summary>⌊x⌋.</summary>
internal readonly struct Floor : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return Vector.Floor(x.As<T, float>()).As<float, T>();
        if (typeof(T) == typeof(double)) return Vector.Floor(x.As<T, double>()).As<double, T>();
        return x;
    }
}

/// <summary>⌈x⌉.</summary>
internal readonly struct Ceil : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return Vector.Ceiling(x.As<T, float>()).As<float, T>();
        if (typeof(T) == typeof(double)) return Vector.Ceiling(x.As<T, double>()).As<double, T>();
        return x;
    }
}

/// <summary>The nearest integer, halves to even. Also Rint.</summary>
internal readonly struct Round : IUnaryOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return Vector.Round(x.As<T, float>()).As<float, T>();
        if (typeof(T) == typeof(double)) return Vector.Round(x.As<T, double>()).As<double, T>();
        return x;
    }
}

/// <summary>The error function.</summary>
internal readonly struct Erf : IUnaryOperator
{
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => ErrorFunction.Erf(x);
}

/// <summary>1 - erf x.</summary>
internal readonly struct Erfc : IUnaryOperator
{
    public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => ErrorFunction.Erfc(x);
}
