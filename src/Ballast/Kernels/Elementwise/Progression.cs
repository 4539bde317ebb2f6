using System.Numerics;
using Ballast.Tensors;
using static Ballast.Kernels.Elementwise.UnaryLoop;

namespace Ballast.Kernels.Elementwise;

/// <summary>Numbers at equal distances.</summary>
internal static class Progression
{
    /// <summary>How many numbers start, start + delta, … lie before <paramref name="limit"/>.</summary>
    /// <returns>-1 where the step does not lead from start to limit.</returns>
    public static long Count(long start, long limit, long delta)
    {
        if (delta == 0 || (delta > 0 ? start > limit : start < limit)) return -1;
        Int128 distance = Int128.Abs((Int128)limit - start), step = Int128.Abs(delta);
        return (long)((distance + step - 1) / step);
    }

    /// <summary>How many numbers start, start + delta, … lie before <paramref name="limit"/>.</summary>
    /// <returns>-1 where the step does not lead from start to limit, or is NaN.</returns>
    public static long Count(double start, double limit, double delta)
    {
        if (!(delta > 0 ? start <= limit : delta < 0 && start >= limit)) return -1;
        return (long)Math.Ceiling(Math.Abs((limit - start) / delta));
    }

    /// <summary>Writes start, start + delta, start + delta + delta, …, each sum rounded, as TensorFlow adds them.</summary>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is none of float32, float64, bfloat16, int32, int64.</exception>
    public static void Write(DType dtype, ReadOnlySpan<byte> start, ReadOnlySpan<byte> delta, Span<byte> y)
    {
        switch (dtype)
        {
            case DType.Float32: Write(Of<float>(start)[0], Of<float>(delta)[0], Of<float>(y)); break;
            case DType.Float64: Write(Of<double>(start)[0], Of<double>(delta)[0], Of<double>(y)); break;
            case DType.Int32: Write(Of<int>(start)[0], Of<int>(delta)[0], Of<int>(y)); break;
            case DType.Int64: Write(Of<long>(start)[0], Of<long>(delta)[0], Of<long>(y)); break;
            case DType.BFloat16:
                BFloat16 number = Of<BFloat16>(start)[0], step = Of<BFloat16>(delta)[0];
                foreach (ref BFloat16 element in Of<BFloat16>(y))
                {
                    element = number;
                    number = (BFloat16)(number + (float)step);
                }

                break;
            default: throw Unsupported(dtype);
        }
    }

    /// <summary>Writes numbers from <paramref name="start"/> to <paramref name="stop"/>, both included; a single one is the start.</summary>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is none of float32, float64, bfloat16.</exception>
    public static void Divide(DType dtype, ReadOnlySpan<byte> start, ReadOnlySpan<byte> stop, Span<byte> y)
    {
        switch (dtype)
        {
            case DType.Float32: Divide(Of<float>(start)[0], Of<float>(stop)[0], Of<float>(y)); break;
            case DType.Float64: Divide(Of<double>(start)[0], Of<double>(stop)[0], Of<double>(y)); break;
            case DType.BFloat16:
                Span<BFloat16> narrow = Of<BFloat16>(y);
                float first = Of<BFloat16>(start)[0], last = Of<BFloat16>(stop)[0];
                for (int i = 0; i < narrow.Length; i++)
                    narrow[i] = (BFloat16)(i == 0 ? first : i == narrow.Length - 1 ? last : first + ((last - first) / (narrow.Length - 1) * i));
                break;
            default: throw Unsupported(dtype);
        }
    }

    private static void Write<T>(T number, T delta, Span<T> y) where T : INumber<T>
    {
        foreach (ref T element in y)
        {
            element = number;
            number = unchecked(number + delta);
        }
    }

    private static void Divide<T>(T start, T stop, Span<T> y) where T : INumber<T>
    {
        y[0] = start;
        if (y.Length == 1) return;
        T step = (stop - start) / T.CreateTruncating(y.Length - 1);
        for (int i = 1; i < y.Length - 1; i++) y[i] = start + (step * T.CreateTruncating(i));

        // Rounding need not lead there.
        y[^1] = stop;
    }
}
