using System.Numerics;
using System.Numerics.Tensors;

namespace Ballast.Kernels.Movement;

/// <summary>
/// Adds rows into the rows that indices name; a negative index drops its row, a row that none names is 0. Rows that
/// meet are added in the order in which they come, whatever the number of threads: parts own disjoint rows of the sum.
/// </summary>
internal static class RowSum
{
    private const int PartLength = 32 * 1024;
    private const int MostParts = 8;

    /// <summary>The position of the first index that is not below <paramref name="rows"/>; -1 when all are.</summary>
    public static int FindInvalid<TIndex>(ReadOnlySpan<TIndex> indices, int rows) where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        for (int i = 0; i < indices.Length; i++)
            if (long.CreateTruncating(indices[i]) >= rows) return i;
        return -1;
    }

    /// <summary>Sums rows of <paramref name="length"/> elements.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Run<T, TIndex>(ReadOnlySpan<T> rows, ReadOnlySpan<TIndex> indices, int length, Span<T> sum)
        where T : unmanaged, IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T> where TIndex : unmanaged, IBinaryInteger<TIndex> =>
        Run<T, TIndex, Exact<T>>(rows, indices, length, sum);

    /// <summary>Sums rows of <paramref name="length"/> float16 or bfloat16 elements in float32, and rounds once.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void RunNarrow<T, TIndex>(ReadOnlySpan<T> rows, ReadOnlySpan<TIndex> indices, int length, Span<T> sum)
        where T : unmanaged where TIndex : unmanaged, IBinaryInteger<TIndex> =>
        Run<T, TIndex, Narrow<T>>(rows, indices, length, sum);

    private static unsafe void Run<T, TIndex, TSummation>(ReadOnlySpan<T> rows, ReadOnlySpan<TIndex> indices, int length, Span<T> sum)
        where T : unmanaged where TIndex : unmanaged, IBinaryInteger<TIndex> where TSummation : ISummation<T>
    {
        if (rows.Length < (long)indices.Length * length || (length > 0 && sum.Length % length != 0))
            throw new ArgumentException($"Expected {indices.Length} rows of {length} elements and whole rows of sums, got {rows.Length} and {sum.Length} elements.");
        if (length == 0 || sum.Length == 0) return;
        // Every part looks at every index, which pays for long rows only.
        int wanted = length < 16 ? 1 : Math.Clamp(rows.Length / PartLength, 1, MostParts);
        int targets = sum.Length / length, perPart = (targets + wanted - 1) / wanted;
        fixed (T* source = rows, target = sum)
        fixed (TIndex* index = indices)
        {
            Workers.For((targets + perPart - 1) / perPart,
                new Parts<T, TIndex, TSummation>(source, index, indices.Length, length, target, targets, perPart));
        }
    }

    /// <summary>Adds the rows whose targets stand in <c>sum</c>, which begins with target <c>first</c>.</summary>
    private interface ISummation<T>
    {
        static abstract void Add<TIndex>(ReadOnlySpan<T> rows, ReadOnlySpan<TIndex> indices, int length, Span<T> sum, int first)
            where TIndex : unmanaged, IBinaryInteger<TIndex>;
    }

    private readonly struct Exact<T> : ISummation<T> where T : unmanaged, IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T>
    {
        public static void Add<TIndex>(ReadOnlySpan<T> rows, ReadOnlySpan<TIndex> indices, int length, Span<T> sum, int first)
            where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            sum.Clear();
            int owned = sum.Length / length;
            for (int i = 0; i < indices.Length; i++)
            {
                long target = long.CreateTruncating(indices[i]) - first;
                if ((ulong)target >= (ulong)owned) continue;
                if (length == 1)
                {
                    sum[(int)target] += rows[i];
                    continue;
                }

                Span<T> row = sum.Slice((int)target * length, length);
                TensorPrimitives.Add(row, rows.Slice(i * length, length), row);
            }
        }
    }

    private readonly struct Narrow<T> : ISummation<T> where T : unmanaged
    {
        public static unsafe void Add<TIndex>(ReadOnlySpan<T> rows, ReadOnlySpan<TIndex> indices, int length, Span<T> sum, int first)
            where TIndex : unmanaged, IBinaryInteger<TIndex>
        {
            using Scratch wideLoan = Scratch.Borrow(sum.Length, out float* wideMemory);
            using Scratch rowLoan = Scratch.Borrow(length, out float* rowMemory);
            Span<float> wide = new(wideMemory, sum.Length), one = new(rowMemory, length);
            wide.Clear();
            int owned = sum.Length / length;
            for (int i = 0; i < indices.Length; i++)
            {
                long target = long.CreateTruncating(indices[i]) - first;
                if ((ulong)target >= (ulong)owned) continue;
                Widening.Widen(rows.Slice(i * length, length), one);
                Span<float> row = wide.Slice((int)target * length, length);
                TensorPrimitives.Add(row, one, row);
            }

            Widening.Narrow(wide, sum);
        }
    }

    private readonly unsafe struct Parts<T, TIndex, TSummation>(T* rows, TIndex* indices, int count, int length, T* sum, int targets, int perPart)
        : IParallelBody where T : unmanaged where TIndex : unmanaged, IBinaryInteger<TIndex> where TSummation : ISummation<T>
    {
        public void Invoke(int part)
        {
            int first = part * perPart, owned = Math.Min(perPart, targets - first);
            TSummation.Add(new ReadOnlySpan<T>(rows, count * length), new ReadOnlySpan<TIndex>(indices, count), length,
                new Span<T>(sum + ((nint)first * length), owned * length), first);
        }
    }
}
