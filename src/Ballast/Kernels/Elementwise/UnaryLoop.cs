using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ballast.Tensors;

namespace Ballast.Kernels.Elementwise;

/// <summary>The one loop of all operations with one input.</summary>
internal static unsafe class UnaryLoop
{
    /// <summary>Applies <paramref name="op"/> to every element; <paramref name="y"/> may be <paramref name="x"/>.</summary>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not numeric, or the operation has no form for it.</exception>
    public static void Run<TOp>(TOp op, DType dtype, ReadOnlySpan<byte> x, Span<byte> y) where TOp : struct, IUnaryOperator
    {
        switch (dtype)
        {
            case DType.Float32: Run(op, Of<float>(x), Of<float>(y)); break;
            case DType.Float64: Run(op, Of<double>(x), Of<double>(y)); break;
            case DType.Float16: Run(op, Of<Half>(x), Of<Half>(y)); break;
            case DType.BFloat16: Run(op, Of<BFloat16>(x), Of<BFloat16>(y)); break;
            case DType.Int32: Run(op, Of<int>(x), Of<int>(y)); break;
            case DType.Int64: Run(op, Of<long>(x), Of<long>(y)); break;
            case DType.Int16: Run(op, Of<short>(x), Of<short>(y)); break;
            case DType.Int8: Run(op, Of<sbyte>(x), Of<sbyte>(y)); break;
            case DType.UInt8 or DType.Bool: Run(op, Of<byte>(x), Of<byte>(y)); break;
            case DType.UInt16: Run(op, Of<ushort>(x), Of<ushort>(y)); break;
            case DType.UInt32: Run(op, Of<uint>(x), Of<uint>(y)); break;
            case DType.UInt64: Run(op, Of<ulong>(x), Of<ulong>(y)); break;
            default: throw Unsupported(dtype);
        }
    }

    /// <summary>Applies <paramref name="op"/> to every element; <paramref name="y"/> may be <paramref name="x"/>.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Run<TOp, T>(TOp op, ReadOnlySpan<T> x, Span<T> y)
        where TOp : struct, IUnaryOperator where T : unmanaged
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"Expected {x.Length} output elements, got {y.Length}.", nameof(y));
        fixed (T* from = x, to = y)
            Workers.For(Chunk.Parts(x.Length), new Body<TOp, T> { Op = op, X = from, Y = to, Length = x.Length });
    }

    internal static Span<T> Of<T>(Span<byte> bytes) where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);

    internal static ReadOnlySpan<T> Of<T>(ReadOnlySpan<byte> bytes) where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);

    internal static NotSupportedException Unsupported(DType dtype) =>
        new($"Expected a numeric dtype, got {dtype.Name()}.");

    private static void Apply<TOp, T>(TOp op, T* x, T* y, int length) where TOp : struct, IUnaryOperator where T : unmanaged
    {
        int i = 0;
        for (; i <= length - Vector<T>.Count; i += Vector<T>.Count) op.Invoke(Vector.Load(x + i)).Store(y + i);
        if (i == length) return;

        // The tail takes the vector path too, so an element's bits do not depend on where it stands.
        Vector<T> tail = op.Invoke(new Stream<T>(x).LoadTail(i, length - i));
        new ReadOnlySpan<T>(&tail, length - i).CopyTo(new Span<T>(y + i, length - i));
    }

    [SkipLocalsInit]
    private static void ApplyNarrow<TOp, T>(TOp op, T* x, T* y, int length) where TOp : struct, IUnaryOperator where T : unmanaged
    {
        float* wide = stackalloc float[Chunk.Length];
        for (int i = 0; i < length; i += Chunk.Length)
        {
            int count = Math.Min(Chunk.Length, length - i);
            Widening.Widen(new ReadOnlySpan<T>(x + i, count), new Span<float>(wide, count));
            Apply(op, wide, wide, count);
            Widening.Narrow(new ReadOnlySpan<float>(wide, count), new Span<T>(y + i, count));
        }
    }

    private struct Body<TOp, T> : IParallelBody where TOp : struct, IUnaryOperator where T : unmanaged
    {
        public TOp Op;
        public T* X;
        public T* Y;
        public int Length;

        public readonly void Invoke(int part)
        {
            int start = part * Chunk.PartLength;
            int count = Math.Min(Chunk.PartLength, Length - start);
            if (Chunk.IsNarrow<T>()) ApplyNarrow(Op, X + start, Y + start, count);
            else Apply(Op, X + start, Y + start, count);
        }
    }
}
