using System.Numerics;
using System.Runtime.CompilerServices;
using Ballast.Tensors;
using static Ballast.Kernels.Elementwise.UnaryLoop;

namespace Ballast.Kernels.Elementwise;

/// <summary>The one loop of operations with three inputs: the first of full length, the others of full length or single elements.</summary>
internal static unsafe class TernaryLoop
{
    /// <summary>Applies <paramref name="op"/> to every element; <paramref name="result"/> may be <paramref name="x"/>.</summary>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not numeric.</exception>
    public static void Run<TOp>(
        TOp op, DType dtype, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, ReadOnlySpan<byte> z, Span<byte> result)
        where TOp : struct, ITernaryOperator
    {
        switch (dtype)
        {
            case DType.Float32: Run(op, Of<float>(x), Of<float>(y), Of<float>(z), Of<float>(result)); break;
            case DType.Float64: Run(op, Of<double>(x), Of<double>(y), Of<double>(z), Of<double>(result)); break;
            case DType.Float16: Run(op, Of<Half>(x), Of<Half>(y), Of<Half>(z), Of<Half>(result)); break;
            case DType.BFloat16: Run(op, Of<BFloat16>(x), Of<BFloat16>(y), Of<BFloat16>(z), Of<BFloat16>(result)); break;
            case DType.Int32: Run(op, Of<int>(x), Of<int>(y), Of<int>(z), Of<int>(result)); break;
            case DType.Int64: Run(op, Of<long>(x), Of<long>(y), Of<long>(z), Of<long>(result)); break;
            case DType.Int16: Run(op, Of<short>(x), Of<short>(y), Of<short>(z), Of<short>(result)); break;
            case DType.Int8: Run(op, Of<sbyte>(x), Of<sbyte>(y), Of<sbyte>(z), Of<sbyte>(result)); break;
            case DType.UInt8: Run(op, x, y, z, result); break;
            case DType.UInt16: Run(op, Of<ushort>(x), Of<ushort>(y), Of<ushort>(z), Of<ushort>(result)); break;
            default: throw Unsupported(dtype);
        }
    }

    /// <summary>Applies <paramref name="op"/> to every element; <paramref name="result"/> may be <paramref name="x"/>.</summary>
    /// <exception cref="ArgumentException">A length is neither that of <paramref name="x"/> nor, for the last two inputs, 1.</exception>
    public static void Run<TOp, T>(TOp op, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, Span<T> result)
        where TOp : struct, ITernaryOperator where T : unmanaged
    {
        if (result.Length != x.Length || (y.Length != x.Length && y.Length != 1) || (z.Length != x.Length && z.Length != 1))
            throw new ArgumentException(
                $"Expected {x.Length} elements or, for the last two inputs, one; got {y.Length}, {z.Length} and an output of {result.Length}.");
        fixed (T* a = x, b = y, c = z, d = result)
            Workers.For(Chunk.Parts(x.Length), new Body<TOp, T>
            {
                Op = op,
                X = a,
                Y = b,
                Z = c,
                Result = d,
                StepOfY = y.Length == 1 ? 0 : 1,
                StepOfZ = z.Length == 1 ? 0 : 1,
                Length = x.Length,
            });
    }

    private static void Row<TOp, T>(TOp op, T* x, T* y, int stepOfY, T* z, int stepOfZ, T* result, int count)
        where TOp : struct, ITernaryOperator where T : unmanaged
    {
        if (stepOfY == 0 && stepOfZ == 0) Apply(op, x, new Repeated<T>(*y), new Repeated<T>(*z), result, count);
        else if (stepOfY == 0) Apply(op, x, new Repeated<T>(*y), new Stream<T>(z), result, count);
        else if (stepOfZ == 0) Apply(op, x, new Stream<T>(y), new Repeated<T>(*z), result, count);
        else Apply(op, x, new Stream<T>(y), new Stream<T>(z), result, count);
    }

    private static void Apply<TOp, T, TY, TZ>(TOp op, T* x, TY y, TZ z, T* result, int length)
        where TOp : struct, ITernaryOperator where T : unmanaged
        where TY : struct, IOperand<T> where TZ : struct, IOperand<T>
    {
        int i = 0;
        for (; i <= length - Vector<T>.Count; i += Vector<T>.Count)
            op.Invoke(Vector.Load(x + i), y.Load(i), z.Load(i)).Store(result + i);
        int count = length - i;
        if (count == 0) return;
        Vector<T> tail = op.Invoke(new Stream<T>(x).LoadTail(i, count), y.LoadTail(i, count), z.LoadTail(i, count));
        new ReadOnlySpan<T>(&tail, count).CopyTo(new Span<T>(result + i, count));
    }

    [SkipLocalsInit]
    private static void NarrowRow<TOp, T>(TOp op, T* x, T* y, int stepOfY, T* z, int stepOfZ, T* result, int length)
        where TOp : struct, ITernaryOperator where T : unmanaged
    {
        float* first = stackalloc float[3 * Chunk.Length];
        float* second = first + Chunk.Length, third = second + Chunk.Length;
        for (int i = 0; i < length; i += Chunk.Length)
        {
            int count = Math.Min(Chunk.Length, length - i);
            int ofY = stepOfY == 0 ? 1 : count, ofZ = stepOfZ == 0 ? 1 : count;
            Widening.Widen(new ReadOnlySpan<T>(x + i, count), new Span<float>(first, count));
            Widening.Widen(new ReadOnlySpan<T>(y + (i * stepOfY), ofY), new Span<float>(second, ofY));
            Widening.Widen(new ReadOnlySpan<T>(z + (i * stepOfZ), ofZ), new Span<float>(third, ofZ));
            Row(op, first, second, stepOfY, third, stepOfZ, first, count);
            Widening.Narrow(new ReadOnlySpan<float>(first, count), new Span<T>(result + i, count));
        }
    }

    private struct Body<TOp, T> : IParallelBody where TOp : struct, ITernaryOperator where T : unmanaged
    {
        public TOp Op;
        public T* X;
        public T* Y;
        public T* Z;
        public T* Result;
        public int StepOfY;
        public int StepOfZ;
        public int Length;

        public readonly void Invoke(int part)
        {
            int i = part * Chunk.PartLength;
            int count = Math.Min(Chunk.PartLength, Length - i);
            T* y = Y + (i * StepOfY), z = Z + (i * StepOfZ);
            if (Chunk.IsNarrow<T>()) NarrowRow(Op, X + i, y, StepOfY, z, StepOfZ, Result + i, count);
            else Row(Op, X + i, y, StepOfY, z, StepOfZ, Result + i, count);
        }
    }
}
