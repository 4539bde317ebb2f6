using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ballast.Kernels.Movement;

/// <summary>
/// How rows are gathered: <c>batches</c> groups of <c>outer</c> tables of <c>rows</c> rows of <c>length</c> elements, and
/// <c>count</c> indices for each batch.
/// </summary>
internal readonly record struct GatherShape(int Batches, int Outer, int Rows, int Length, int Count)
{
    /// <summary>The rows of the output.</summary>
    public int OutputRows => Batches * Outer * Count;
}

/// <summary>Copies the rows of a table that indices name, in their order.</summary>
internal static class RowGather
{
    private const int PartLength = 16 * 1024;

    /// <summary>The position of the first index that names no row; -1 when all do.</summary>
    public static int FindInvalid<TIndex>(ReadOnlySpan<TIndex> indices, int rows) where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        for (int i = 0; i < indices.Length; i++)
            if ((ulong)long.CreateTruncating(indices[i]) >= (ulong)rows) return i;
        return -1;
    }

    /// <summary>Gathers; every index must name a row.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit the shape.</exception>
    public static unsafe void Run<T, TIndex>(ReadOnlySpan<T> table, ReadOnlySpan<TIndex> indices, Span<T> rows, GatherShape shape)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        if (table.Length < shape.Batches * shape.Outer * shape.Rows * shape.Length || indices.Length < shape.Batches * shape.Count
            || rows.Length < shape.OutputRows * shape.Length)
            throw new ArgumentException($"Expected lengths that fit {shape}, got {table.Length}, {indices.Length} and {rows.Length}.");
        int perPart = Math.Max(1, PartLength / Math.Max(1, shape.Length));
        int parts = (shape.OutputRows + perPart - 1) / perPart;
        if (parts <= 1 || RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            Gather(table, indices, rows, shape, 0, shape.OutputRows);
            return;
        }

        fixed (byte* source = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(table)))
        fixed (byte* target = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(rows)))
        fixed (TIndex* index = indices)
            Workers.For(parts, new Parts<T, TIndex>(source, table.Length, index, indices.Length, target, rows.Length, shape, perPart));
    }

    private static void Gather<T, TIndex>(ReadOnlySpan<T> table, ReadOnlySpan<TIndex> indices, Span<T> rows, GatherShape shape, int first, int count)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        int length = shape.Length;
        for (int row = first; row < first + count; row++)
        {
            int block = row / shape.Count, index = int.CreateTruncating(indices[(block / shape.Outer * shape.Count) + (row % shape.Count)]);
            int from = ((block * shape.Rows) + index) * length;
            if (length == 1) rows[row] = table[from];
            else table.Slice(from, length).CopyTo(rows[(row * length)..]);
        }
    }

    private readonly unsafe struct Parts<T, TIndex>(byte* table, int tableLength, TIndex* indices, int indexCount, byte* rows,
        int rowsLength, GatherShape shape, int perPart) : IParallelBody where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        public void Invoke(int part)
        {
            int first = part * perPart;
            Gather(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AsRef<T>(table), tableLength), new ReadOnlySpan<TIndex>(indices, indexCount),
                MemoryMarshal.CreateSpan(ref Unsafe.AsRef<T>(rows), rowsLength), shape, first, Math.Min(perPart, shape.OutputRows - first));
        }
    }
}
