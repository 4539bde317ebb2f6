using Ballast.Tensors;

namespace Ballast.Kernels.Elementwise;

/// <summary>Finds the elements that are true.</summary>
internal static class Positions
{
    /// <summary>How many are true.</summary>
    public static int Count(ReadOnlySpan<bool> condition)
    {
        int count = 0;
        foreach (bool element in condition) count += element ? 1 : 0;
        return count;
    }

    /// <summary>Writes the indices of each true element, one per dimension, in row-major order.</summary>
    /// <exception cref="ArgumentException">There is not room for exactly the true elements.</exception>
    public static void Write(ReadOnlySpan<bool> condition, in Shape shape, Span<long> indices)
    {
        int rank = shape.Rank, at = 0;
        if (indices.Length != Count(condition) * rank)
            throw new ArgumentException($"Expected room for {Count(condition) * rank} indices, got {indices.Length}.", nameof(indices));
        for (int i = 0; i < condition.Length && at < indices.Length; i++)
        {
            if (!condition[i]) continue;
            int rest = i;
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                (rest, int index) = Math.DivRem(rest, shape[axis]);
                indices[at + axis] = index;
            }

            at += rank;
        }
    }
}
