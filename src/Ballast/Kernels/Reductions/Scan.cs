using System.Numerics;
using Ballast.Tensors;
using static Ballast.Kernels.Elementwise.UnaryLoop;

namespace Ballast.Kernels.Reductions;

/// <summary>Running sums and products along one axis. Floats run in float64 and each result is rounded once.</summary>
internal static unsafe class Scan
{
    /// <summary>Runs <see cref="Sum"/> or <see cref="Prod"/> along <paramref name="axis"/>.</summary>
    /// <param name="op">What is accumulated.</param>
    /// <param name="dtype">The dtype of input and output.</param>
    /// <param name="x">The elements.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="axis">A dimension of the shape; a negative one counts from the end.</param>
    /// <param name="exclusive">Whether an element is left out of its own result, so that the first is 0 (or 1).</param>
    /// <param name="reverse">Whether to run from the end.</param>
    /// <param name="y">The results; may be <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">The axis is none of the shape.</exception>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not numeric.</exception>
    public static void Run<TOp>(
        TOp op, DType dtype, ReadOnlySpan<byte> x, in Shape shape, int axis, bool exclusive, bool reverse, Span<byte> y)
        where TOp : struct, IReducer
    {
        if (axis < 0) axis += shape.Rank;
        if ((uint)axis >= (uint)Math.Max(shape.Rank, 0))
            throw new ArgumentException($"Expected an axis of shape {shape}, got {axis}.", nameof(axis));
        int length = shape[axis];
        int inner = (int)shape.Slice(axis + 1).ElementCount;
        switch (dtype)
        {
            case DType.Float32: Run<TOp, float, double>(op, Of<float>(x), length, inner, exclusive, reverse, Of<float>(y)); break;
            case DType.Float64: Run<TOp, double, double>(op, Of<double>(x), length, inner, exclusive, reverse, Of<double>(y)); break;
            case DType.Float16: Run<TOp, Half, double>(op, Of<Half>(x), length, inner, exclusive, reverse, Of<Half>(y)); break;
            case DType.BFloat16: Run<TOp, BFloat16, double>(op, Of<BFloat16>(x), length, inner, exclusive, reverse, Of<BFloat16>(y)); break;
            case DType.Int32: Run<TOp, int, long>(op, Of<int>(x), length, inner, exclusive, reverse, Of<int>(y)); break;
            case DType.Int64: Run<TOp, long, long>(op, Of<long>(x), length, inner, exclusive, reverse, Of<long>(y)); break;
            case DType.Int16: Run<TOp, short, long>(op, Of<short>(x), length, inner, exclusive, reverse, Of<short>(y)); break;
            case DType.Int8: Run<TOp, sbyte, long>(op, Of<sbyte>(x), length, inner, exclusive, reverse, Of<sbyte>(y)); break;
            case DType.UInt8: Run<TOp, byte, long>(op, x, length, inner, exclusive, reverse, y); break;
            case DType.UInt16: Run<TOp, ushort, long>(op, Of<ushort>(x), length, inner, exclusive, reverse, Of<ushort>(y)); break;
            case DType.UInt32: Run<TOp, uint, long>(op, Of<uint>(x), length, inner, exclusive, reverse, Of<uint>(y)); break;
            case DType.UInt64: Run<TOp, ulong, ulong>(op, Of<ulong>(x), length, inner, exclusive, reverse, Of<ulong>(y)); break;
            default: throw Unsupported(dtype);
        }
    }

    private static void Run<TOp, T, TSum>(
        TOp op, ReadOnlySpan<T> x, int length, int inner, bool exclusive, bool reverse, Span<T> y)
        where TOp : struct, IReducer where T : unmanaged where TSum : unmanaged, INumber<TSum>, IMinMaxValue<TSum>
    {
        if (x.Length != y.Length) throw new ArgumentException($"Expected {x.Length} output elements, got {y.Length}.", nameof(y));
        if (x.Length == 0) return;
        fixed (T* from = x, to = y)
            Workers.For(x.Length / (length * inner), new Body<TOp, T, TSum>
            {
                Op = op,
                X = from,
                Y = to,
                Length = length,
                Inner = inner,
                Exclusive = exclusive,
                Reverse = reverse,
            });
    }

    private struct Body<TOp, T, TSum> : IParallelBody
        where TOp : struct, IReducer where T : unmanaged where TSum : unmanaged, INumber<TSum>, IMinMaxValue<TSum>
    {
        public TOp Op;
        public T* X;
        public T* Y;
        public int Length;
        public int Inner;
        public bool Exclusive;
        public bool Reverse;

        public readonly void Invoke(int part)
        {
            for (int column = 0; column < Inner; column++)
            {
                TSum sum = Op.Identity<TSum>();
                for (int i = 0; i < Length; i++)
                {
                    int index = (((part * Length) + (Reverse ? Length - 1 - i : i)) * Inner) + column;
                    TSum element;
                    Accumulation.Widen(X + index, &element, 1);
                    TSum including = Accumulation.Unite(Op, sum, element);
                    Y[index] = Accumulation.Round<T, TSum>(Exclusive ? sum : including);
                    sum = including;
                }
            }
        }
    }
}
