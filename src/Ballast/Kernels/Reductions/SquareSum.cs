namespace Ballast.Kernels.Reductions;

/// <summary>A sum of squares that may lie outside the range of float64: <c>Sum · 4^Exponent</c>.</summary>
/// <param name="Sum">The sum of the scaled squares; NaN or +Inf if an element was.</param>
/// <param name="Exponent">The power of two that elements were divided by before they were squared.</param>
internal readonly record struct SquareSum(double Sum, int Exponent = 0)
{
    /// <summary>The square root: a norm that is finite whenever float64 can hold it.</summary>
    public double Root => Exponent == 0 ? Math.Sqrt(Sum) : Math.ScaleB(Math.Sqrt(Sum), Exponent);

    /// <summary>Adds two sums, in the scale of the larger one.</summary>
    public static SquareSum operator +(SquareSum a, SquareSum b)
    {
        if (a.Exponent == b.Exponent && (a.Exponent != 0 || !double.IsInfinity(a.Sum + b.Sum)))
            return new SquareSum(a.Sum + b.Sum, a.Exponent);
        if (a.Sum == 0) return b;
        if (b.Sum == 0) return a;
        if (!double.IsFinite(a.Sum) || !double.IsFinite(b.Sum)) return new SquareSum(a.Sum + b.Sum);
        int exponent = Math.Max(Size(a), Size(b));
        return new SquareSum(
            Math.ScaleB(a.Sum, 2 * (a.Exponent - exponent)) + Math.ScaleB(b.Sum, 2 * (b.Exponent - exponent)), exponent);
    }

    /// <summary>The exponent under which the sum is of the order of 1.</summary>
    private static int Size(SquareSum sum) => sum.Exponent + (Math.ILogB(sum.Sum) / 2);
}
