using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Elementwise;

/// <summary>x = y; false where either is NaN.</summary>
internal readonly struct Equal : IComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x, Vector<T> y) where T : unmanaged => Vector.Equals(x, y);
}

/// <summary>x ≠ y; true where either is NaN.</summary>
internal readonly struct NotEqual : IComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x, Vector<T> y) where T : unmanaged => ~Vector.Equals(x, y);
}

/// <summary>x &lt; y; false where either is NaN.</summary>
internal readonly struct Less : IComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x, Vector<T> y) where T : unmanaged => Vector.LessThan(x, y);
}

/// <summary>x ≤ y; false where either is NaN.</summary>
internal readonly struct LessEqual : IComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x, Vector<T> y) where T : unmanaged => Vector.LessThanOrEqual(x, y);
}

/// <summary>x &gt; y; false where either is NaN.</summary>
internal readonly struct Greater : IComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x, Vector<T> y) where T : unmanaged => Vector.GreaterThan(x, y);
}

/// <summary>x ≥ y; false where either is NaN.</summary>
internal readonly struct GreaterEqual : IComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x, Vector<T> y) where T : unmanaged => Vector.GreaterThanOrEqual(x, y);
}

/// <summary>Whether x is NaN; the second input is not looked at.</summary>
internal readonly struct IsNan : IComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x, Vector<T> y) where T : unmanaged => Lanes.IsNan(x);
}

/// <summary>Whether x is +Inf or -Inf; the second input is not looked at.</summary>
internal readonly struct IsInf : IComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x, Vector<T> y) where T : unmanaged =>
        ~(Lanes.IsFinite(x) | Lanes.IsNan(x));
}

/// <summary>Whether x is neither NaN nor infinite; the second input is not looked at.</summary>
internal readonly struct IsFinite : IComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Invoke<T>(Vector<T> x, Vector<T> y) where T : unmanaged => Lanes.IsFinite(x);
}
