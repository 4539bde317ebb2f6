using System.Runtime.CompilerServices;
using Ballast.Kernels.Elementwise;
using Ballast.Kernels.Reductions;
using Ballast.Tensors;

namespace Ballast.Kernels.Normalization;

/// <summary>Values in which each channel is normalised by itself: <c>[Outer, Channels, Inner]</c>; Inner is 1 where the channels stand last.</summary>
internal readonly record struct ChannelShape(int Outer, int Channels, int Inner)
{
    /// <summary>The elements of one row: all channels at one outer place.</summary>
    public int RowLength => Channels * Inner;

    /// <summary>The elements of one channel.</summary>
    public long Count => (long)Outer * Inner;
}

/// <summary>
/// Batch normalisation of float32, float16, bfloat16 and float64 values, computed in float64 and rounded once. The order of summation follows
/// from the shape alone, so the result is the same bits whatever the number of threads.
/// </summary>
/// <remarks>A channel with NaN or ±Inf gets NaN for its moments, other channels do not notice; so does a channel without elements.</remarks>
internal static unsafe class BatchNormalization
{
    /// <summary>Mean and population variance of each channel.</summary>
    public static void Moments<T>(ReadOnlySpan<T> x, in ChannelShape shape, Span<double> mean, Span<double> variance) where T : unmanaged
    {
        Sum<T, ElementTerm>(x, x, shape, variance, mean, []);
        foreach (ref double sum in mean) sum /= shape.Count;
        Sum<T, SquareTerm>(x, x, shape, mean, variance, []);
        foreach (ref double sum in variance) sum /= shape.Count;
    }

    /// <summary><c>y = (x - mean)·factor + offset</c> by channel.</summary>
    public static void Normalize<T>(
        ReadOnlySpan<T> x, in ChannelShape shape, ReadOnlySpan<double> mean, ReadOnlySpan<double> factor, ReadOnlySpan<float> offset, Span<T> y)
        where T : unmanaged
    {
        fixed (double* m = mean, k = factor)
        fixed (float* o = offset)
        fixed (T* from = x, to = y)
            Workers.For(Parts(shape), new NormalizeBody<T> { X = from, Y = to, Shape = shape, Mean = m, Factor = k, Offset = o });
    }

    /// <summary>The sums Σ dy and Σ dy·(x - mean) of each channel.</summary>
    public static void GradientSums<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> dy, in ChannelShape shape, ReadOnlySpan<double> mean,
        Span<double> sumOfDy, Span<double> sumOfProducts) where T : unmanaged =>
        Sum<T, GradientTerm>(x, dy, shape, mean, sumOfDy, sumOfProducts);

    /// <summary><c>dx = factor·(dy - meanOfDy - (x - mean)·slope)</c> by channel.</summary>
    public static void Backprop<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> dy, in ChannelShape shape, ReadOnlySpan<double> mean,
        ReadOnlySpan<double> factor, ReadOnlySpan<double> meanOfDy, ReadOnlySpan<double> slope, Span<T> dx) where T : unmanaged
    {
        fixed (double* m = mean, k = factor, d = meanOfDy, s = slope)
        fixed (T* from = x, gradient = dy, to = dx)
            Workers.For(Parts(shape), new BackpropBody<T>
            {
                X = from,
                Dy = gradient,
                Dx = to,
                Shape = shape,
                Mean = m,
                Factor = k,
                MeanOfDy = d,
                Slope = s,
            });
    }

    private static int RowsPerPart(in ChannelShape shape) => Math.Max(1, Chunk.PartLength / Math.Max(1, shape.RowLength));

    private static int Parts(in ChannelShape shape) => shape.Outer == 0 ? 0 : ((shape.Outer - 1) / RowsPerPart(shape)) + 1;

    private static void Sum<T, TTerm>(ReadOnlySpan<T> x, ReadOnlySpan<T> dy, in ChannelShape shape, ReadOnlySpan<double> mean,
        Span<double> first, Span<double> second) where T : unmanaged where TTerm : struct, ITerm
    {
        int parts = Parts(shape), channels = shape.Channels;
        using Scratch loan = Scratch.Borrow((nint)parts * channels * 2, out double* sums);
        fixed (double* m = mean)
        fixed (T* from = x, gradient = dy)
            Workers.For(parts, new SumBody<T, TTerm> { X = from, Dy = gradient, Shape = shape, Mean = m, Sums = sums });
        first.Clear();
        second.Clear();
        for (int part = 0; part < parts; part++)
            for (int c = 0; c < channels; c++)
            {
                double* partial = sums + ((((nint)part * channels) + c) * 2);
                first[c] += partial[0];
                if (!second.IsEmpty) second[c] += partial[1];
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Wide<T>(T element) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return Unsafe.BitCast<T, float>(element);
        if (typeof(T) == typeof(double)) return Unsafe.BitCast<T, double>(element);
        if (typeof(T) == typeof(Half)) return (double)Unsafe.BitCast<T, Half>(element);
        return Unsafe.BitCast<T, BFloat16>(element);
    }

    /// <summary>What one element adds to its channel's two sums.</summary>
    private interface ITerm
    {
        static abstract (double, double) Of(double x, double dy, double mean);
    }

    private readonly struct ElementTerm : ITerm
    {
        public static (double, double) Of(double x, double dy, double mean) => (x, 0);
    }

    private readonly struct SquareTerm : ITerm
    {
        public static (double, double) Of(double x, double dy, double mean) => ((x - mean) * (x - mean), 0);
    }

    private readonly struct GradientTerm : ITerm
    {
        public static (double, double) Of(double x, double dy, double mean) => (dy, dy * (x - mean));
    }

    private struct SumBody<T, TTerm> : IParallelBody where T : unmanaged where TTerm : struct, ITerm
    {
        public T* X;
        public T* Dy;
        public ChannelShape Shape;
        public double* Mean;
        public double* Sums;

        public readonly void Invoke(int part)
        {
            int rows = RowsPerPart(Shape), channels = Shape.Channels, inner = Shape.Inner;
            double* sums = Sums + ((nint)part * channels * 2);
            new Span<double>(sums, channels * 2).Clear();
            int end = Math.Min((part + 1) * rows, Shape.Outer);
            nint i = (nint)part * rows * Shape.RowLength;
            for (int row = part * rows; row < end; row++)
                for (int c = 0; c < channels; c++)
                {
                    (double first, double second, double mean) = (0, 0, Mean[c]);
                    for (int k = 0; k < inner; k++, i++)
                    {
                        (double a, double b) = TTerm.Of(Wide(X[i]), Wide(Dy[i]), mean);
                        first += a;
                        second += b;
                    }

                    sums[2 * c] += first;
                    sums[(2 * c) + 1] += second;
                }
        }
    }

    private struct NormalizeBody<T> : IParallelBody where T : unmanaged
    {
        public T* X;
        public T* Y;
        public ChannelShape Shape;
        public double* Mean;
        public double* Factor;
        public float* Offset;

        public readonly void Invoke(int part)
        {
            int rows = RowsPerPart(Shape);
            int end = Math.Min((part + 1) * rows, Shape.Outer);
            nint i = (nint)part * rows * Shape.RowLength;
            for (int row = part * rows; row < end; row++)
                for (int c = 0; c < Shape.Channels; c++)
                    for (int k = 0; k < Shape.Inner; k++, i++)
                        Y[i] = Accumulation.Round<T, double>(((Wide(X[i]) - Mean[c]) * Factor[c]) + Offset[c]);
        }
    }

    private struct BackpropBody<T> : IParallelBody where T : unmanaged
    {
        public T* X;
        public T* Dy;
        public T* Dx;
        public ChannelShape Shape;
        public double* Mean;
        public double* Factor;
        public double* MeanOfDy;
        public double* Slope;

        public readonly void Invoke(int part)
        {
            int rows = RowsPerPart(Shape);
            int end = Math.Min((part + 1) * rows, Shape.Outer);
            nint i = (nint)part * rows * Shape.RowLength;
            for (int row = part * rows; row < end; row++)
                for (int c = 0; c < Shape.Channels; c++)
                    for (int k = 0; k < Shape.Inner; k++, i++)
                        Dx[i] = Accumulation.Round<T, double>(
                            Factor[c] * (Wide(Dy[i]) - MeanOfDy[c] - ((Wide(X[i]) - Mean[c]) * Slope[c])));
        }
    }
}
