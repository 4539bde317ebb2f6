using System.Numerics;
using System.Runtime.CompilerServices;
using Ballast.Tensors;
using static Ballast.Kernels.Elementwise.UnaryLoop;

namespace Ballast.Kernels.Elementwise;

/// <summary>The one loop of all operations with two inputs of a dtype and an output of the same, with broadcasting.</summary>
internal static unsafe class BinaryLoop
{
    /// <summary>Applies <paramref name="op"/> along <paramref name="walk"/>; <paramref name="z"/> may be an input that does not repeat.</summary>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not numeric, or the operation has no form for it.</exception>
    /// <exception cref="DivideByZeroException">An integer was divided by zero.</exception>
    public static void Run<TOp>(
        TOp op, DType dtype, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, Span<byte> z, in Broadcast walk)
        where TOp : struct, IBinaryOperator
    {
        switch (dtype)
        {
            case DType.Float32: Run(op, Of<float>(x), Of<float>(y), Of<float>(z), walk); break;
            case DType.Float64: Run(op, Of<double>(x), Of<double>(y), Of<double>(z), walk); break;
            case DType.Float16: Run(op, Of<Half>(x), Of<Half>(y), Of<Half>(z), walk); break;
            case DType.BFloat16: Run(op, Of<BFloat16>(x), Of<BFloat16>(y), Of<BFloat16>(z), walk); break;
            case DType.Int32: Run(op, Of<int>(x), Of<int>(y), Of<int>(z), walk); break;
            case DType.Int64: Run(op, Of<long>(x), Of<long>(y), Of<long>(z), walk); break;
            case DType.Int16: Run(op, Of<short>(x), Of<short>(y), Of<short>(z), walk); break;
            case DType.Int8: Run(op, Of<sbyte>(x), Of<sbyte>(y), Of<sbyte>(z), walk); break;
            case DType.UInt8 or DType.Bool: Run(op, Of<byte>(x), Of<byte>(y), Of<byte>(z), walk); break;
            case DType.UInt16: Run(op, Of<ushort>(x), Of<ushort>(y), Of<ushort>(z), walk); break;
            case DType.UInt32: Run(op, Of<uint>(x), Of<uint>(y), Of<uint>(z), walk); break;
            case DType.UInt64: Run(op, Of<ulong>(x), Of<ulong>(y), Of<ulong>(z), walk); break;
            default: throw Unsupported(dtype);
        }
    }

    /// <summary>Applies <paramref name="op"/> to inputs of equal length, or where one of them is a single element.</summary>
    public static void Run<TOp, T>(TOp op, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where TOp : struct, IBinaryOperator where T : unmanaged =>
        Run(op, x, y, z, Broadcast.Of(x.Length, y.Length));

    /// <summary>Applies <paramref name="op"/> along <paramref name="walk"/>; <paramref name="z"/> may be an input that does not repeat.</summary>
    /// <exception cref="ArgumentException">The output has not the length of the walk.</exception>
    public static void Run<TOp, T>(TOp op, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z, in Broadcast walk)
        where TOp : struct, IBinaryOperator where T : unmanaged
    {
        if (z.Length != walk.Length)
            throw new ArgumentException($"Expected {walk.Length} output elements, got {z.Length}.", nameof(z));
        fixed (T* a = x, b = y, c = z)
            Workers.For(Chunk.Parts(z.Length), new Body<TOp, T> { Op = op, X = a, Y = b, Z = c, Walk = walk });
    }

    private static void Row<TOp, T>(TOp op, T* x, int stepOfX, T* y, int stepOfY, T* z, int count)
        where TOp : struct, IBinaryOperator where T : unmanaged
    {
        if (stepOfX == 0) Apply(op, new Repeated<T>(*x), new Stream<T>(y), z, count);
        else if (stepOfY == 0) Apply(op, new Stream<T>(x), new Repeated<T>(*y), z, count);
        else Apply(op, new Stream<T>(x), new Stream<T>(y), z, count);
    }

    private static void Apply<TOp, T, TX, TY>(TOp op, TX x, TY y, T* z, int length)
        where TOp : struct, IBinaryOperator where T : unmanaged
        where TX : struct, IOperand<T> where TY : struct, IOperand<T>
    {
        int i = 0;
        for (; i <= length - Vector<T>.Count; i += Vector<T>.Count) op.Invoke(x.Load(i), y.Load(i)).Store(z + i);
        if (i == length) return;
        Vector<T> tail = op.Invoke(x.LoadTail(i, length - i), y.LoadTail(i, length - i));
        new ReadOnlySpan<T>(&tail, length - i).CopyTo(new Span<T>(z + i, length - i));
    }

    [SkipLocalsInit]
    private static void NarrowRow<TOp, T>(TOp op, T* x, int stepOfX, T* y, int stepOfY, T* z, int length)
        where TOp : struct, IBinaryOperator where T : unmanaged
    {
        float* wide = stackalloc float[2 * Chunk.Length];
        float* other = wide + Chunk.Length;
        for (int i = 0; i < length; i += Chunk.Length)
        {
            int count = Math.Min(Chunk.Length, length - i);
            int ofX = stepOfX == 0 ? 1 : count, ofY = stepOfY == 0 ? 1 : count;
            Widening.Widen(new ReadOnlySpan<T>(x + (i * stepOfX), ofX), new Span<float>(wide, ofX));
            Widening.Widen(new ReadOnlySpan<T>(y + (i * stepOfY), ofY), new Span<float>(other, ofY));
            Row(op, wide, stepOfX, other, stepOfY, wide, count);
            Widening.Narrow(new ReadOnlySpan<float>(wide, count), new Span<T>(z + i, count));
        }
    }

    private struct Body<TOp, T> : IParallelBody where TOp : struct, IBinaryOperator where T : unmanaged
    {
        public TOp Op;
        public T* X;
        public T* Y;
        public T* Z;
        public Broadcast Walk;

        public readonly void Invoke(int part)
        {
            int i = part * Chunk.PartLength;
            int end = Math.Min(i + Chunk.PartLength, Walk.Length);
            (int row, int column) = Math.DivRem(i, Walk.RowLength);
            for (; i < end; row++, column = 0)
            {
                (int x, int y) = Walk.RowStart(row);
                int count = Math.Min(Walk.RowLength - column, end - i);
                T* fromX = X + x + (column * Walk.StepOfX), fromY = Y + y + (column * Walk.StepOfY);
                if (Chunk.IsNarrow<T>()) NarrowRow(Op, fromX, Walk.StepOfX, fromY, Walk.StepOfY, Z + i, count);
                else Row(Op, fromX, Walk.StepOfX, fromY, Walk.StepOfY, Z + i, count);
                i += count;
            }
        }
    }
}
