using System.Numerics;

namespace Ballast.Kernels.Movement;

/// <summary>Finds the largest elements of rows, in descending order; equal ones by position. NaN counts as larger than any number.</summary>
internal static class LargestElements
{
    /// <summary>Finds the largest <paramref name="count"/> of every row of <paramref name="length"/> elements.</summary>
    public static void Run<T>(ReadOnlySpan<T> rows, int length, int count, Span<T> values, Span<int> indices)
        where T : unmanaged, INumber<T>
    {
        if (count == 0) return;
        for (int row = 0; row < values.Length / count; row++)
            Largest(rows.Slice(row * length, length), values.Slice(row * count, count), indices.Slice(row * count, count));
    }

    /// <summary>Keeps the largest elements so far sorted; most elements of a long row are refused by the first comparison.</summary>
    private static void Largest<T>(ReadOnlySpan<T> row, Span<T> values, Span<int> indices) where T : unmanaged, INumber<T>
    {
        int kept = 0;
        for (int i = 0; i < row.Length; i++)
        {
            T x = row[i];
            if (kept == values.Length && !IsLarger(x, values[kept - 1])) continue;
            int low = 0, high = kept;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (IsLarger(x, values[middle])) high = middle;
                else low = middle + 1;
            }

            if (kept < values.Length) kept++;
            values[low..(kept - 1)].CopyTo(values[(low + 1)..]);
            indices[low..(kept - 1)].CopyTo(indices[(low + 1)..]);
            (values[low], indices[low]) = (x, i);
        }
    }

    private static bool IsLarger<T>(T x, T y) where T : INumber<T> => x > y || (T.IsNaN(x) && !T.IsNaN(y));
}
