using System.Numerics;
using System.Runtime.CompilerServices;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Kernels.Reductions;

/// <summary>What kinds of numbers a value holds.</summary>
/// <param name="NanCount">How many elements are NaN.</param>
/// <param name="PositiveInfinityCount">How many are +Inf.</param>
/// <param name="NegativeInfinityCount">How many are -Inf.</param>
/// <param name="Min">The smallest finite element; +Inf when there is none.</param>
/// <param name="Max">The largest finite element; -Inf when there is none.</param>
internal readonly record struct Census(
    long NanCount, long PositiveInfinityCount, long NegativeInfinityCount, double Min, double Max)
{
    /// <summary>Of no elements.</summary>
    public static Census Empty => new(0, 0, 0, double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>How many elements are NaN or infinite.</summary>
    public long NonFiniteCount => NanCount + PositiveInfinityCount + NegativeInfinityCount;

    /// <summary>Whether no element is NaN or infinite.</summary>
    public bool IsFinite => NonFiniteCount == 0;

    /// <summary>The census of both together.</summary>
    public static Census operator +(Census a, Census b) => new(
        a.NanCount + b.NanCount,
        a.PositiveInfinityCount + b.PositiveInfinityCount,
        a.NegativeInfinityCount + b.NegativeInfinityCount,
        Math.Min(a.Min, b.Min),
        Math.Max(a.Max, b.Max));

    /// <summary>Counts in one pass.</summary>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not floating-point.</exception>
    public static Census Of(DType dtype, ReadOnlySpan<byte> x) => dtype switch
    {
        DType.Float32 => Of(UnaryLoop.Of<float>(x)),
        DType.Float64 => Of(UnaryLoop.Of<double>(x)),
        DType.Float16 => Of(UnaryLoop.Of<Half>(x)),
        DType.BFloat16 => Of(UnaryLoop.Of<BFloat16>(x)),
        _ => throw new NotSupportedException($"Expected a floating-point dtype, got {dtype.Name()}."),
    };

    /// <summary>Counts in one pass.</summary>
    public static unsafe Census Of<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        int parts = Chunk.Parts(x.Length);
        if (parts <= 1) return Part(x);
        using Scratch loan = Scratch.Borrow(parts, out Census* counts);
        fixed (T* start = x) Workers.For(parts, new Body<T> { X = start, Length = x.Length, Counts = counts });
        Census total = Empty;
        for (int i = 0; i < parts; i++) total += counts[i];
        return total;
    }

    [SkipLocalsInit]
    private static Census Part<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        if (!Chunk.IsNarrow<T>()) return Count(x);
        Span<float> wide = stackalloc float[Chunk.Length];
        Census total = Empty;
        for (int i = 0; i < x.Length; i += Chunk.Length)
        {
            int count = Math.Min(Chunk.Length, x.Length - i);
            Widening.Widen(x.Slice(i, count), wide);
            total += Count<float>(wide[..count]);
        }

        return total;
    }

    private static Census Count<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) throw Lanes.NotFloating<T>();
        Vector<T> min = Lanes.Of<T>(double.PositiveInfinity), max = Lanes.Of<T>(double.NegativeInfinity);
        Census odd = Empty;
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var lanes = new Vector<T>(x[i..]);
            if (!Vector.EqualsAll(lanes - lanes, Vector<T>.Zero))
            {
                for (int lane = 0; lane < Vector<T>.Count; lane++) odd += One(lanes[lane]);
                continue;
            }

            min = Vector.ConditionalSelect(Vector.LessThan(lanes, min), lanes, min);
            max = Vector.ConditionalSelect(Vector.GreaterThan(lanes, max), lanes, max);
        }

        for (; i < x.Length; i++) odd += One(x[i]);
        for (int lane = 0; lane < Vector<T>.Count; lane++)
            odd = odd with { Min = Math.Min(odd.Min, Number(min[lane])), Max = Math.Max(odd.Max, Number(max[lane])) };
        return odd;
    }

    private static Census One<T>(T element)
    {
        double x = Number(element);
        if (double.IsNaN(x)) return Empty with { NanCount = 1 };
        if (double.IsPositiveInfinity(x)) return Empty with { PositiveInfinityCount = 1 };
        if (double.IsNegativeInfinity(x)) return Empty with { NegativeInfinityCount = 1 };
        return new Census(0, 0, 0, x, x);
    }

    private static double Number<T>(T element) =>
        typeof(T) == typeof(float) ? (float)(object)element! : (double)(object)element!;

    private unsafe struct Body<T> : IParallelBody where T : unmanaged
    {
        public T* X;
        public int Length;
        public Census* Counts;

        public readonly void Invoke(int part)
        {
            int start = part * Chunk.PartLength;
            Counts[part] = Part(new ReadOnlySpan<T>(X + start, Math.Min(Chunk.PartLength, Length - start)));
        }
    }
}
