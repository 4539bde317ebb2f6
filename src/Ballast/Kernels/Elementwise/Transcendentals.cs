using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Elementwise;

/// <summary>Exponentials, logarithms and what is made of them, a vector at a time.</summary>
/// <remarks>
/// Float32 forms are good to about 2 units in the last place and serve the recurrent cells, whose time goes here. They are built
/// on fused multiply-adds, so every processor gives the same bits.
/// NaN gives NaN, infinities their limits, and subnormal results are kept.
/// </remarks>
internal static class Transcendentals
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two pieces: the product of the first with any exponent of a float32 is exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    // 1.5·2²³: adding it rounds to an integer, which then stands in the lowest bits.
    private const float Rounder = 12582912f;

    // π/2 in two pieces.
    private const float HalfPiHigh = 1.57079637f;
    private const float HalfPiLow = -4.37113883e-8f;

    private const float SmallestNormal = 1.17549435e-38f;
    private const float RootOfHalf = 0.707106781f;

    /// <summary>eˣ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Exp<T>(Vector<T> x) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return ExpSingle(x.As<T, float>()).As<float, T>();
        if (typeof(T) == typeof(double)) return Vector.Exp(x.As<T, double>()).As<double, T>();
        throw Lanes.NotFloating<T>();
    }

    /// <summary>eˣ - 1, without cancellation near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Expm1<T>(Vector<T> x) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return Expm1Single(x.As<T, float>()).As<float, T>();
        return Expm1Double(x);
    }

    /// <summary>ln x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Log<T>(Vector<T> x) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return LogSingle(x.As<T, float>()).As<float, T>();
        if (typeof(T) == typeof(double)) return Vector.Log(x.As<T, double>()).As<double, T>();
        throw Lanes.NotFloating<T>();
    }

    /// <summary>ln(1 + x), without cancellation near 0.</summary>
    /// <remarks>What rounding took from 1 + x is put back as a factor (W. Kahan).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Log1p<T>(Vector<T> x) where T : unmanaged
    {
        Vector<T> sum = Vector<T>.One + x;
        Vector<T> excess = sum - Vector<T>.One;
        Vector<T> log = Log(sum);
        Vector<T> asIs = Vector.Equals(excess, Vector<T>.Zero);
        Vector<T> corrected = log * (x / excess);
        Vector<T> finite = Vector.ConditionalSelect(Lanes.IsFinite(log), corrected, log);
        return Vector.ConditionalSelect(asIs, x, finite);
    }

    /// <summary>sin x and cos x for 0 ≤ x ≤ 2π.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector<float> Sin, Vector<float> Cos) SinCosOfTurn(Vector<float> x)
    {
        // x = n·π/2 + r with |r| ≤ π/4.
        Vector<float> n = Vector.FusedMultiplyAdd(x, Vector.Create(2 / MathF.PI), Vector.Create(Rounder)) - Vector.Create(Rounder);
        Vector<float> r = Vector.FusedMultiplyAdd(n, Vector.Create(-HalfPiHigh), x);
        r = Vector.FusedMultiplyAdd(n, Vector.Create(-HalfPiLow), r);

        // Chebyshev fits; the errors are below 3e-11 and 3e-9 of the terms they stand for.
        Vector<float> z = r * r;
        Vector<float> p = Vector.FusedMultiplyAdd(z, Vector.Create(2.72499256e-6f), Vector.Create(-1.9840087e-4f));
        p = Vector.FusedMultiplyAdd(p, z, Vector.Create(8.33333191e-3f));
        p = Vector.FusedMultiplyAdd(p, z, Vector.Create(-1.66666672e-1f));
        Vector<float> sin = Vector.FusedMultiplyAdd(p * z, r, r);
        Vector<float> q = Vector.FusedMultiplyAdd(z, Vector.Create(2.45479423e-5f), Vector.Create(-1.38883025e-3f));
        q = Vector.FusedMultiplyAdd(q, z, Vector.Create(4.16666642e-2f));
        q = Vector.FusedMultiplyAdd(q, z, Vector.Create(-0.5f));
        Vector<float> cos = Vector.FusedMultiplyAdd(q, z, Vector<float>.One);

        // Odd quarters swap the two; the second bit of n, and of n + 1, is the sign.
        Vector<int> quarter = Vector.ConvertToInt32(n);
        Vector<int> isOdd = Vector.Equals(quarter & Vector<int>.One, Vector<int>.One);
        Vector<float> first = Vector.ConditionalSelect(isOdd, cos, sin), second = Vector.ConditionalSelect(isOdd, sin, cos);
        return (Signed(first, quarter), Signed(second, quarter + Vector<int>.One));
    }

    /// <summary>The hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Tanh<T>(Vector<T> x) where T : unmanaged
    {
        // tanh is ±1 to the last bit from 20 on (float64); the comparison keeps NaN out of the branch that would drop it.
        Vector<T> size = Vector.Abs(x);
        Vector<T> bounded = Vector.ConditionalSelect(Vector.GreaterThan(size, Lanes.Of<T>(20)), Lanes.Of<T>(20), size);
        Vector<T> e = Expm1(bounded + bounded);
        return Vector.CopySign(e / (e + Lanes.Of<T>(2)), x);
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Sigmoid<T>(Vector<T> x) where T : unmanaged =>
        Vector<T>.One / (Vector<T>.One + Exp(-x));

    /// <summary>ln(1 + eˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Softplus<T>(Vector<T> x) where T : unmanaged
    {
        // ln(1 + eˣ) = max(x, 0) + ln(1 + e⁻|ˣ|): nothing overflows. TensorFlow's three branches have the same limits.
        Vector<T> positive = Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), Vector<T>.Zero, x);
        return positive + Log1p(Exp(-Vector.Abs(x)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Signed(Vector<float> x, Vector<int> quarter) =>
        (x.As<float, int>() ^ Vector.ShiftLeft(quarter & Vector.Create(2), 30)).As<int, float>();

    private static Vector<float> ExpSingle(Vector<float> x)
    {
        (Vector<float> n, Vector<float> r) = Reduce(x);
        Vector<float> e = Vector.FusedMultiplyAdd(ExcessOverLinear(r), r * r, r) + Vector<float>.One;

        // 2ⁿ in two factors, so that subnormal results and the last binade before overflow come out right.
        Vector<int> half = Vector.ShiftRightArithmetic(Exponent(n), 1);
        return e * PowerOfTwo(half) * PowerOfTwo(Exponent(n) - half);
    }

    private static Vector<float> LogSingle(Vector<float> x)
    {
        // x = 2ⁿ·(1 + f) with 1 + f from √½ to √2; subnormal numbers are made normal first.
        Vector<int> isSubnormal = Vector.LessThan(x, Vector.Create(SmallestNormal));
        Vector<int> bits = Vector.ConditionalSelect(isSubnormal, x * Vector.Create(8388608f), x).As<float, int>();
        Vector<int> exponent = Vector.ShiftRightArithmetic(bits - Vector.Create(RootOfHalf).As<float, int>(), 23);
        Vector<float> f = (bits - Vector.ShiftLeft(exponent, 23)).As<int, float>() - Vector<float>.One;
        Vector<float> n = Vector.ConvertToSingle(exponent + (isSubnormal & Vector.Create(-23)));

        // n·ln 2 + f + f²·(f·P - ½), the small terms first.
        Vector<float> curve = f * f * Vector.FusedMultiplyAdd(LogCurve(f), f, Vector.Create(-0.5f));
        Vector<float> log = Vector.FusedMultiplyAdd(n, Vector.Create(Ln2High), f + Vector.FusedMultiplyAdd(n, Vector.Create(Ln2Low), curve));

        log = Vector.ConditionalSelect(Vector.Equals(x, Vector<float>.Zero), Vector.Create(float.NegativeInfinity), log);
        log = Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), Vector.Create(float.NaN), log);
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector.Create(float.PositiveInfinity)), log, x);
    }

    /// <summary>(ln(1 + f) - f + f²/2) / f³ for 1 + f from √½ to √2: a Chebyshev fit, error below 3e-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> LogCurve(Vector<float> f)
    {
        Vector<float> p = Vector.Create(6.97161183e-2f);
        p = Vector.FusedMultiplyAdd(p, f, Vector.Create(-1.14797339e-1f));
        p = Vector.FusedMultiplyAdd(p, f, Vector.Create(1.16854198e-1f));
        p = Vector.FusedMultiplyAdd(p, f, Vector.Create(-1.24256872e-1f));
        p = Vector.FusedMultiplyAdd(p, f, Vector.Create(1.42490581e-1f));
        p = Vector.FusedMultiplyAdd(p, f, Vector.Create(-1.66678026e-1f));
        p = Vector.FusedMultiplyAdd(p, f, Vector.Create(2.00007156e-1f));
        p = Vector.FusedMultiplyAdd(p, f, Vector.Create(-2.4999997e-1f));
        return Vector.FusedMultiplyAdd(p, f, Vector.Create(3.33333313e-1f));
    }

    private static Vector<float> Expm1Single(Vector<float> x)
    {
        (Vector<float> n, Vector<float> r) = Reduce(x);
        Vector<float> e = Vector.FusedMultiplyAdd(ExcessOverLinear(r), r * r, r);

        // 2ⁿ·e + (2ⁿ - 1) with half the power: 2¹²⁸ is no float32.
        Vector<int> exponent = Vector.Max(Exponent(n), Vector.Create(-30)) - Vector<int>.One;
        Vector<float> power = PowerOfTwo(exponent);
        Vector<float> result = Vector.FusedMultiplyAdd(power, e, power - Vector.Create(0.5f));
        result += result;

        // The sign of -0 and subnormal arguments pass as they are.
        return Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(x), Vector.Create(1e-10f)), x, result);
    }

    /// <summary>x = n·ln 2 + r with |r| ≤ ln 2 / 2; <c>n</c> still carries the rounder.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector<float> N, Vector<float> R) Reduce(Vector<float> x)
    {
        // Beyond these bounds the result is 0 or infinite; NaN fails both comparisons and stays.
        x = Vector.ConditionalSelect(Vector.LessThan(x, Vector.Create(-104f)), Vector.Create(-104f), x);
        x = Vector.ConditionalSelect(Vector.GreaterThan(x, Vector.Create(89f)), Vector.Create(89f), x);
        Vector<float> n = Vector.FusedMultiplyAdd(x, Vector.Create(Log2E), Vector.Create(Rounder));
        Vector<float> whole = n - Vector.Create(Rounder);
        Vector<float> r = Vector.FusedMultiplyAdd(whole, Vector.Create(-Ln2High), x);
        return (n, Vector.FusedMultiplyAdd(whole, Vector.Create(-Ln2Low), r));
    }

    /// <summary>(eʳ - 1 - r) / r² for |r| ≤ ln 2 / 2: a Chebyshev fit, error below 2e-9.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> ExcessOverLinear(Vector<float> r)
    {
        Vector<float> p = Vector.Create(1.98909908e-4f);
        p = Vector.FusedMultiplyAdd(p, r, Vector.Create(1.39336500e-3f));
        p = Vector.FusedMultiplyAdd(p, r, Vector.Create(8.33331093e-3f));
        p = Vector.FusedMultiplyAdd(p, r, Vector.Create(4.16664649e-2f));
        p = Vector.FusedMultiplyAdd(p, r, Vector.Create(1.66666667e-1f));
        return Vector.FusedMultiplyAdd(p, r, Vector.Create(0.5f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Exponent(Vector<float> n) => n.As<float, int>() - Vector.Create(Rounder).As<float, int>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> PowerOfTwo(Vector<int> exponent) =>
        Vector.ShiftLeft(exponent + Vector.Create(127), 23).As<int, float>();

    /// <summary>(u - 1)·x / ln u with u = eˣ: the rounding errors of u cancel (W. Kahan).</summary>
    private static Vector<T> Expm1Double<T>(Vector<T> x) where T : unmanaged
    {
        Vector<T> u = Exp(x);
        Vector<T> excess = u - Vector<T>.One;
        Vector<T> corrected = excess * (x / Log(u));
        Vector<T> small = Vector.LessThan(Vector.Abs(x), Vector<T>.One);
        Vector<T> asIs = Vector.Equals(excess, Vector<T>.Zero);
        return Vector.ConditionalSelect(asIs, x, Vector.ConditionalSelect(small, corrected, excess));
    }
}
