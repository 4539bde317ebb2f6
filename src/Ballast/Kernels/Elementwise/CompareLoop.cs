using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ballast.Tensors;
using static Ballast.Kernels.Elementwise.UnaryLoop;

namespace Ballast.Kernels.Elementwise;

/// <summary>The one loop of all operations that compare two inputs, or ask a question of one, and answer with a bool.</summary>
internal static unsafe class CompareLoop
{
    /// <summary>Asks a question of every element.</summary>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not numeric.</exception>
    public static void Run<TOp>(TOp op, DType dtype, ReadOnlySpan<byte> x, Span<bool> z) where TOp : struct, IComparison =>
        Run(op, dtype, x, x, z, Broadcast.Of(z.Length, z.Length));

    /// <summary>Compares along <paramref name="walk"/>.</summary>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not numeric.</exception>
    public static void Run<TOp>(
        TOp op, DType dtype, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y, Span<bool> z, in Broadcast walk)
        where TOp : struct, IComparison
    {
        switch (dtype)
        {
            case DType.Float32: Run(op, Of<float>(x), Of<float>(y), z, walk); break;
            case DType.Float64: Run(op, Of<double>(x), Of<double>(y), z, walk); break;
            case DType.Float16: Run(op, Of<Half>(x), Of<Half>(y), z, walk); break;
            case DType.BFloat16: Run(op, Of<BFloat16>(x), Of<BFloat16>(y), z, walk); break;
            case DType.Int32: Run(op, Of<int>(x), Of<int>(y), z, walk); break;
            case DType.Int64: Run(op, Of<long>(x), Of<long>(y), z, walk); break;
            case DType.Int16: Run(op, Of<short>(x), Of<short>(y), z, walk); break;
            case DType.Int8: Run(op, Of<sbyte>(x), Of<sbyte>(y), z, walk); break;
            case DType.UInt8 or DType.Bool: Run(op, Of<byte>(x), Of<byte>(y), z, walk); break;
            case DType.UInt16: Run(op, Of<ushort>(x), Of<ushort>(y), z, walk); break;
            case DType.UInt32: Run(op, Of<uint>(x), Of<uint>(y), z, walk); break;
            case DType.UInt64: Run(op, Of<ulong>(x), Of<ulong>(y), z, walk); break;
            default: throw Unsupported(dtype);
        }
    }

    /// <summary>Compares along <paramref name="walk"/>.</summary>
    /// <exception cref="ArgumentException">The output has not the length of the walk.</exception>
    public static void Run<TOp, T>(TOp op, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z, in Broadcast walk)
        where TOp : struct, IComparison where T : unmanaged
    {
        if (z.Length != walk.Length)
            throw new ArgumentException($"Expected {walk.Length} output elements, got {z.Length}.", nameof(z));
        fixed (T* a = x, b = y)
        fixed (bool* c = z)
            Workers.For(Chunk.Parts(z.Length), new Body<TOp, T> { Op = op, X = a, Y = b, Z = (byte*)c, Walk = walk });
    }

    private static void Row<TOp, T>(TOp op, T* x, int stepOfX, T* y, int stepOfY, byte* z, int count)
        where TOp : struct, IComparison where T : unmanaged
    {
        if (stepOfX == 0) Apply<TOp, T, Repeated<T>, Stream<T>>(op, new(*x), new(y), z, count);
        else if (stepOfY == 0) Apply<TOp, T, Stream<T>, Repeated<T>>(op, new(x), new(*y), z, count);
        else Apply<TOp, T, Stream<T>, Stream<T>>(op, new(x), new(y), z, count);
    }

    private static void Apply<TOp, T, TX, TY>(TOp op, TX x, TY y, byte* z, int length)
        where TOp : struct, IComparison where T : unmanaged
        where TX : struct, IOperand<T> where TY : struct, IOperand<T>
    {
        int i = 0;
        for (; i <= length - Vector<T>.Count; i += Vector<T>.Count)
            Store(op.Invoke(x.Load(i), y.Load(i)), z + i, Vector<T>.Count);
        if (i < length) Store(op.Invoke(x.LoadTail(i, length - i), y.LoadTail(i, length - i)), z + i, length - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector<T> mask, byte* z, int count) where T : unmanaged
    {
        ulong bits = Vector<byte>.Count == 32 ? mask.AsVector256().ExtractMostSignificantBits()
            : Vector<byte>.Count == 16 ? mask.AsVector128().ExtractMostSignificantBits()
            : mask.AsVector512().ExtractMostSignificantBits();
        while (count >= 8)
        {
            Unsafe.WriteUnaligned(z, Spread((byte)bits));
            bits >>= 8;
            z += 8;
            count -= 8;
        }

        for (; count > 0; count--, bits >>= 1) *z++ = (byte)(bits & 1);
    }

    /// <summary>Eight bits as eight bytes of 0 or 1, the lowest bit first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Spread(byte bits)
    {
        ulong apart = (bits * 0x0101_0101_0101_0101UL) & 0x8040_2010_0804_0201UL;
        ulong ones = ((apart + 0x7F7F_7F7F_7F7F_7F7FUL) >> 7) & 0x0101_0101_0101_0101UL;
        return BitConverter.IsLittleEndian ? ones : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(ones);
    }

    [SkipLocalsInit]
    private static void NarrowRow<TOp, T>(TOp op, T* x, int stepOfX, T* y, int stepOfY, byte* z, int length)
        where TOp : struct, IComparison where T : unmanaged
    {
        float* wide = stackalloc float[2 * Chunk.Length];
        float* other = wide + Chunk.Length;
        for (int i = 0; i < length; i += Chunk.Length)
        {
            int count = Math.Min(Chunk.Length, length - i);
            int ofX = stepOfX == 0 ? 1 : count, ofY = stepOfY == 0 ? 1 : count;
            Widening.Widen(new ReadOnlySpan<T>(x + (i * stepOfX), ofX), new Span<float>(wide, ofX));
            Widening.Widen(new ReadOnlySpan<T>(y + (i * stepOfY), ofY), new Span<float>(other, ofY));
            Row(op, wide, stepOfX, other, stepOfY, z + i, count);
        }
    }

    private struct Body<TOp, T> : IParallelBody where TOp : struct, IComparison where T : unmanaged
    {
        public TOp Op;
        public T* X;
        public T* Y;
        public byte* Z;
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
