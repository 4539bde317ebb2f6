namespace Ballast.Kernels.Elementwise;

/// <summary>Picks elements of one of two inputs.</summary>
internal static class Selection
{
    /// <summary>
    /// <c>z = condition ? x : y</c>. Each condition governs as many consecutive elements as fall to it: one when the
    /// shapes are equal, a row when it is a vector over the first dimension, all when it is a scalar.
    /// </summary>
    /// <param name="condition">As many as divide the elements.</param>
    /// <param name="x">Taken where the condition is true, whatever stands in <paramref name="y"/>.</param>
    /// <param name="y">Taken where the condition is false.</param>
    /// <param name="z">The output; may be <paramref name="x"/> or <paramref name="y"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static void Run<T>(ReadOnlySpan<bool> condition, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged
    {
        if (x.Length != z.Length || y.Length != z.Length)
            throw new ArgumentException($"Expected inputs of {z.Length} elements, got {x.Length} and {y.Length}.");
        if (z.Length == 0) return;
        if (condition.Length == 0 || z.Length % condition.Length != 0)
            throw new ArgumentException($"Expected conditions that divide {z.Length} elements, got {condition.Length}.");

        int row = z.Length / condition.Length;
        if (row == 1)
        {
            for (int i = 0; i < z.Length; i++) z[i] = condition[i] ? x[i] : y[i];
            return;
        }

        for (int i = 0; i < condition.Length; i++)
            (condition[i] ? x : y).Slice(i * row, row).CopyTo(z.Slice(i * row, row));
    }

    /// <summary><see cref="Run{T}"/> for elements of 1, 2, 4, 8 or 16 bytes, whatever they mean.</summary>
    /// <exception cref="NotSupportedException">No element has this size.</exception>
    public static void Run(
        int elementSize, ReadOnlySpan<bool> condition, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, Span<byte> z)
    {
        switch (elementSize)
        {
            case 1: Run(condition, x, y, z); break;
            case 2: Run<ushort>(condition, UnaryLoop.Of<ushort>(x), UnaryLoop.Of<ushort>(y), UnaryLoop.Of<ushort>(z)); break;
            case 4: Run<uint>(condition, UnaryLoop.Of<uint>(x), UnaryLoop.Of<uint>(y), UnaryLoop.Of<uint>(z)); break;
            case 8: Run<ulong>(condition, UnaryLoop.Of<ulong>(x), UnaryLoop.Of<ulong>(y), UnaryLoop.Of<ulong>(z)); break;
            case 16: Run<UInt128>(condition, UnaryLoop.Of<UInt128>(x), UnaryLoop.Of<UInt128>(y), UnaryLoop.Of<UInt128>(z)); break;
            default: throw new NotSupportedException($"Expected elements of 1, 2, 4, 8 or 16 bytes, got {elementSize}.");
        }
    }
}
