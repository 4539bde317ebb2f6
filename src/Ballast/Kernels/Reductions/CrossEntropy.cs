using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;
using static Ballast.Kernels.Elementwise.UnaryLoop;

namespace Ballast.Kernels.Reductions;

/// <summary>Softmax cross-entropy of <c>[rows, classes]</c> logits: the loss of each row and its gradient, in one pass.</summary>
/// <remarks>
/// Loss: <c>Σ labels·(ln Σ e^z - z)</c> with <c>z = logits - max</c>; gradient: <c>softmax - labels</c>. A logit of -Inf under
/// a label of 0 makes the loss NaN (0·Inf) and leaves the gradient finite, as in TensorFlow.
/// </remarks>
internal static unsafe class CrossEntropy
{
    /// <summary>Against a distribution for each row.</summary>
    /// <param name="dtype">The floating-point dtype of all spans.</param>
    /// <param name="logits">The logits.</param>
    /// <param name="labels">The labels, of the logits' shape.</param>
    /// <param name="classes">The elements of a row.</param>
    /// <param name="loss">One number for each row.</param>
    /// <param name="backprop">The gradient of each loss in its logits; not the memory of an input.</param>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not floating-point.</exception>
    public static void Run(
        DType dtype, ReadOnlySpan<byte> logits, ReadOnlySpan<byte> labels, int classes, Span<byte> loss, Span<byte> backprop)
    {
        switch (dtype)
        {
            case DType.Float32: Run(Of<float>(logits), Of<float>(labels), classes, Of<float>(loss), Of<float>(backprop)); break;
            case DType.Float64: Run(Of<double>(logits), Of<double>(labels), classes, Of<double>(loss), Of<double>(backprop)); break;
            case DType.Float16: Run(Of<Half>(logits), Of<Half>(labels), classes, Of<Half>(loss), Of<Half>(backprop)); break;
            case DType.BFloat16:
                Run(Of<BFloat16>(logits), Of<BFloat16>(labels), classes, Of<BFloat16>(loss), Of<BFloat16>(backprop));
                break;
            default: throw Unsupported(dtype);
        }
    }

    /// <summary>Against one class for each row.</summary>
    /// <param name="dtype">The floating-point dtype of all spans but the labels.</param>
    /// <param name="logits">The logits.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="classes">The elements of a row.</param>
    /// <param name="loss">One number for each row.</param>
    /// <param name="backprop">The gradient of each loss in its logits; not the memory of an input.</param>
    /// <returns>The first row whose class is none, or -1 if there is no such row. The other rows are complete either way.</returns>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not floating-point.</exception>
    public static int RunSparse(
        DType dtype, ReadOnlySpan<byte> logits, ReadOnlySpan<long> labels, int classes, Span<byte> loss, Span<byte> backprop)
    {
        switch (dtype)
        {
            case DType.Float32: RunSparse(Of<float>(logits), labels, classes, Of<float>(loss), Of<float>(backprop)); break;
            case DType.Float64: RunSparse(Of<double>(logits), labels, classes, Of<double>(loss), Of<double>(backprop)); break;
            case DType.Float16: RunSparse(Of<Half>(logits), labels, classes, Of<Half>(loss), Of<Half>(backprop)); break;
            case DType.BFloat16:
                RunSparse(Of<BFloat16>(logits), labels, classes, Of<BFloat16>(loss), Of<BFloat16>(backprop));
                break;
            default: throw Unsupported(dtype);
        }

        for (int row = 0; row < labels.Length; row++)
            if ((ulong)labels[row] >= (ulong)classes) return row;
        return -1;
    }

    private static void Run<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> labels, int classes, Span<T> loss, Span<T> backprop)
        where T : unmanaged
    {
        if (labels.Length != logits.Length || backprop.Length != logits.Length || logits.Length != (long)loss.Length * classes)
            throw new ArgumentException(
                $"Expected {loss.Length} rows of {classes} classes, got {logits.Length} logits, {labels.Length} labels and an output of {backprop.Length}.");
        var cut = new RowCut(loss.Length, classes);
        fixed (T* x = logits, l = labels, e = loss, g = backprop)
            Workers.For(cut.Parts, new Body<T> { Logits = x, Labels = l, Loss = e, Backprop = g, Cut = cut });
    }

    private static void RunSparse<T>(ReadOnlySpan<T> logits, ReadOnlySpan<long> labels, int classes, Span<T> loss, Span<T> backprop)
        where T : unmanaged
    {
        if (labels.Length != loss.Length || backprop.Length != logits.Length || logits.Length != (long)loss.Length * classes)
            throw new ArgumentException(
                $"Expected {loss.Length} rows of {classes} classes, got {logits.Length} logits, {labels.Length} labels and an output of {backprop.Length}.");
        var cut = new RowCut(loss.Length, classes);
        fixed (T* x = logits, e = loss, g = backprop)
        fixed (long* l = labels)
            Workers.For(cut.Parts, new Body<T> { Logits = x, Classes = l, Loss = e, Backprop = g, Cut = cut });
    }

    private static double Dense<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> labels, Span<T> backprop) where T : unmanaged
    {
        (double maximum, double logSum) = Softmax.Row(logits, logarithm: false, backprop);
        BinaryLoop.Run<Sub, T>(default, backprop, labels, backprop);
        fixed (T* x = logits, l = labels) return Loss(x, l, logits.Length, maximum, logSum);
    }

    private static double Sparse<T>(ReadOnlySpan<T> logits, long label, Span<T> backprop) where T : unmanaged
    {
        bool isClass = (ulong)label < (ulong)logits.Length;
        double logit = isClass ? Number(logits[(int)label]) : double.NaN;
        (double maximum, double logSum) = Softmax.Row(logits, logarithm: false, backprop);
        if (isClass) BinaryLoop.Run<Sub, T>(default, backprop.Slice((int)label, 1), [One<T>()], backprop.Slice((int)label, 1));
        return logSum - (logit - maximum);
    }

    /// <summary>Σ labels·(logSum - (logits - maximum)), in float64.</summary>
    [SkipLocalsInit]
    private static double Loss<T>(T* logits, T* labels, int length, double maximum, double logSum) where T : unmanaged
    {
        double* x = stackalloc double[2 * Chunk.Length];
        double* l = x + Chunk.Length;
        double loss = 0;
        for (int start = 0; start < length; start += Chunk.Length)
        {
            int count = Math.Min(Chunk.Length, length - start);
            Accumulation.Widen(logits + start, x, count);
            Accumulation.Widen(labels + start, l, count);
            Vector256<double> sum = default;
            int i = 0;
            for (; i <= count - 4; i += 4)
                sum += Vector256.Load(l + i) * (Vector256.Create(logSum) - (Vector256.Load(x + i) - Vector256.Create(maximum)));
            for (; i < count; i++) loss += l[i] * (logSum - (x[i] - maximum));
            loss += sum[0] + sum[1] + (sum[2] + sum[3]);
        }

        return loss;
    }

    private static double Number<T>(T element) where T : unmanaged
    {
        double number;
        Accumulation.Widen(&element, &number, 1);
        return number;
    }

    private static T One<T>() where T : unmanaged => Accumulation.Round<T, double>(1);

    private struct Body<T> : IParallelBody where T : unmanaged
    {
        public T* Logits;
        public T* Labels;
        public long* Classes;
        public T* Loss;
        public T* Backprop;
        public RowCut Cut;

        public readonly void Invoke(int part)
        {
            int classes = Cut.RowLength;
            using Scratch loan = Scratch.Borrow(Chunk.IsNarrow<T>() ? 3 * classes : 0, out float* memory);
            foreach (int row in Cut.RowsOf(part))
            {
                long start = (long)row * classes;
                var logits = new ReadOnlySpan<T>(Logits + start, classes);
                var labels = new ReadOnlySpan<T>(Labels + (Labels is null ? 0 : start), Labels is null ? 0 : classes);
                var backprop = new Span<T>(Backprop + start, classes);
                double loss;
                if (Chunk.IsNarrow<T>())
                {
                    var x = new Span<float>(memory, classes);
                    var l = new Span<float>(memory + classes, labels.Length);
                    var g = new Span<float>(memory + (2 * classes), classes);
                    Widening.Widen(logits, x);
                    Widening.Widen(labels, l);
                    loss = Classes is null ? Dense<float>(x, l, g) : Sparse<float>(x, Classes[row], g);
                    Widening.Narrow(g, backprop);
                }
                else
                {
                    loss = Classes is null ? Dense(logits, labels, backprop) : Sparse(logits, Classes[row], backprop);
                }

                Loss[row] = Accumulation.Round<T, double>(loss);
            }
        }
    }
}
