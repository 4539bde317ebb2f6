using System.Numerics;
using Ballast.Tensors;
using static Ballast.Kernels.Elementwise.UnaryLoop;

namespace Ballast.Kernels.Reductions;

/// <summary>The position of the largest or smallest element along one axis.</summary>
/// <remarks>
/// Of equal elements the first wins. NaN never does, and neither does an element that equals the limit of its type
/// (for floats: is not above -Inf): position 0 stands for "none", as in TensorFlow 1.14.
/// </remarks>
internal static class ArgLoop
{
    /// <summary>Positions of the largest elements (or the smallest) along <paramref name="axis"/>.</summary>
    /// <param name="smallest">Whether the smallest are asked for.</param>
    /// <param name="dtype">The dtype of <paramref name="x"/>.</param>
    /// <param name="x">The elements.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="axis">A dimension of the shape that is not empty; a negative one counts from the end.</param>
    /// <param name="y">One position for each of the remaining elements.</param>
    /// <exception cref="ArgumentException">The axis is empty, or none of the shape.</exception>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not numeric.</exception>
    public static void Run(bool smallest, DType dtype, ReadOnlySpan<byte> x, in Shape shape, int axis, Span<long> y)
    {
        switch (dtype)
        {
            case DType.Float32: Run(smallest, Of<float>(x), shape, axis, y); break;
            case DType.Float64: Run(smallest, Of<double>(x), shape, axis, y); break;
            case DType.Float16: Run(smallest, Of<Half>(x), shape, axis, y); break;
            case DType.BFloat16: RunBFloat16(smallest, Of<BFloat16>(x), shape, axis, y); break;
            case DType.Int32: Run(smallest, Of<int>(x), shape, axis, y); break;
            case DType.Int64: Run(smallest, Of<long>(x), shape, axis, y); break;
            case DType.Int16: Run(smallest, Of<short>(x), shape, axis, y); break;
            case DType.Int8: Run(smallest, Of<sbyte>(x), shape, axis, y); break;
            case DType.UInt8: Run(smallest, x, shape, axis, y); break;
            case DType.UInt16: Run(smallest, Of<ushort>(x), shape, axis, y); break;
            case DType.UInt32: Run(smallest, Of<uint>(x), shape, axis, y); break;
            case DType.UInt64: Run(smallest, Of<ulong>(x), shape, axis, y); break;
            default: throw Unsupported(dtype);
        }
    }

    private static void Run<T>(bool smallest, ReadOnlySpan<T> x, in Shape shape, int axis, Span<long> y)
        where T : unmanaged, INumber<T>
    {
        if (axis < 0) axis += shape.Rank;
        if ((uint)axis >= (uint)Math.Max(shape.Rank, 0))
            throw new ArgumentException($"Expected an axis of shape {shape}, got {axis}.", nameof(axis));
        int length = shape[axis];
        if (length == 0) throw new ArgumentException($"Expected an axis with elements, got axis {axis} of shape {shape}.", nameof(axis));
        int inner = (int)shape.Slice(axis + 1).ElementCount;
        for (int i = 0; i < y.Length; i++)
        {
            (int outer, int column) = Math.DivRem(i, inner);
            y[i] = Position(smallest, x[((outer * length * inner) + column)..], length, inner);
        }
    }

    private static int Position<T>(bool smallest, ReadOnlySpan<T> x, int length, int stride) where T : INumber<T>
    {
        int best = -1;
        for (int i = 0; i < length; i++)
        {
            T element = x[i * stride];
            if (T.IsNaN(element) || T.IsInfinity(element) && T.IsNegative(element) != smallest) continue;
            if (best < 0 || (smallest ? element < x[best * stride] : element > x[best * stride])) best = i;
        }

        return Math.Max(best, 0);
    }

    private static unsafe void RunBFloat16(bool smallest, ReadOnlySpan<BFloat16> x, in Shape shape, int axis, Span<long> y)
    {
        using Scratch loan = Scratch.Borrow(x.Length, out float* memory);
        var wide = new Span<float>(memory, x.Length);
        Widening.Widen(x, wide);
        Run<float>(smallest, wide, shape, axis, y);
    }
}
