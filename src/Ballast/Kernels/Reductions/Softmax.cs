using System.Numerics;
using System.Runtime.CompilerServices;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;
using static Ballast.Kernels.Elementwise.UnaryLoop;

namespace Ballast.Kernels.Reductions;

/// <summary>Softmax and log-softmax of every row of <c>[rows, classes]</c>, the row's maximum subtracted first.</summary>
/// <remarks>A row that holds NaN or +Inf, or nothing but -Inf, becomes NaN.</remarks>
internal static unsafe class Softmax
{
    /// <summary>Computes <c>y = eˣ / Σ eˣ</c>, or its logarithm.</summary>
    /// <param name="dtype">A floating-point dtype.</param>
    /// <param name="x">The logits.</param>
    /// <param name="classes">The elements of a row.</param>
    /// <param name="logarithm">Whether the logarithm is asked for.</param>
    /// <param name="y">The output; may be <paramref name="x"/>.</param>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not floating-point.</exception>
    public static void Run(DType dtype, ReadOnlySpan<byte> x, int classes, bool logarithm, Span<byte> y)
    {
        switch (dtype)
        {
            case DType.Float32: Run(Of<float>(x), classes, logarithm, Of<float>(y)); break;
            case DType.Float64: Run(Of<double>(x), classes, logarithm, Of<double>(y)); break;
            case DType.Float16: Run(Of<Half>(x), classes, logarithm, Of<Half>(y)); break;
            case DType.BFloat16: Run(Of<BFloat16>(x), classes, logarithm, Of<BFloat16>(y)); break;
            default: throw Unsupported(dtype);
        }
    }

    /// <summary>Computes one row.</summary>
    /// <returns>The row's maximum and the logarithm of Σ e^(x - maximum).</returns>
    internal static (double Maximum, double LogSum) Row<T>(ReadOnlySpan<T> x, bool logarithm, Span<T> y) where T : unmanaged
    {
        fixed (T* start = x)
        fixed (T* result = y)
        {
            double maximum = Accumulation.Row<Max, T, double>(default, start, x.Length);

            // x may be y, so the logarithm's exponentials must not be written over it.
            if (logarithm)
            {
                double logSum = LogSum(start, x.Length, maximum);
                UnaryLoop.Run(new Shifted(maximum, logSum), x, y);
                return (maximum, logSum);
            }

            UnaryLoop.Run(new ShiftedExp(maximum), x, y);
            double total = Accumulation.Row<Sum, T, double>(default, result, x.Length);
            UnaryLoop.Run(new DividedBy(total), y, y);
            return (maximum, Math.Log(total));
        }
    }

    private static void Run<T>(ReadOnlySpan<T> x, int classes, bool logarithm, Span<T> y) where T : unmanaged
    {
        if (x.Length != y.Length) throw new ArgumentException($"Expected {x.Length} output elements, got {y.Length}.", nameof(y));
        if (x.Length == 0) return;
        var cut = new RowCut(x.Length / classes, classes);
        fixed (T* from = x, to = y)
            Workers.For(cut.Parts, new Body<T> { X = from, Y = to, Cut = cut, Logarithm = logarithm });
    }

    /// <summary>ln Σ e^(x - maximum).</summary>
    [SkipLocalsInit]
    private static double LogSum<T>(T* x, int length, double maximum) where T : unmanaged
    {
        T* chunk = stackalloc T[Chunk.Length];
        double sum = 0;
        for (int i = 0; i < length; i += Chunk.Length)
        {
            int count = Math.Min(Chunk.Length, length - i);
            UnaryLoop.Run(new ShiftedExp(maximum), new ReadOnlySpan<T>(x + i, count), new Span<T>(chunk, count));
            sum += Accumulation.Row<Sum, T, double>(default, chunk, count);
        }

        return Math.Log(sum);
    }

    private struct Body<T> : IParallelBody where T : unmanaged
    {
        public T* X;
        public T* Y;
        public RowCut Cut;
        public bool Logarithm;

        public readonly void Invoke(int part)
        {
            int classes = Cut.RowLength;
            using Scratch loan = Scratch.Borrow(Chunk.IsNarrow<T>() ? classes : 0, out float* memory);
            foreach (int row in Cut.RowsOf(part))
            {
                var x = new ReadOnlySpan<T>(X + ((long)row * classes), classes);
                var y = new Span<T>(Y + ((long)row * classes), classes);
                if (!Chunk.IsNarrow<T>())
                {
                    Row(x, Logarithm, y);
                    continue;
                }

                var wide = new Span<float>(memory, classes);
                Widening.Widen(x, wide);
                Row<float>(wide, Logarithm, wide);
                Widening.Narrow(wide, y);
            }
        }
    }

    private readonly struct ShiftedExp(double shift) : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => Transcendentals.Exp(x - Lanes.Of<T>(shift));
    }

    private readonly struct Shifted(double first, double second) : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => x - Lanes.Of<T>(first) - Lanes.Of<T>(second);
    }

    private readonly struct DividedBy(double divisor) : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => x / Lanes.Of<T>(divisor);
    }
}
