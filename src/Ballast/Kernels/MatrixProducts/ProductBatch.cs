namespace Ballast.Kernels.MatrixProducts;

/// <summary>
/// The products of a batch. Product i multiplies matrix i of A and of B, unless indices say which: so a batch that is
/// broadcast needs no copies.
/// </summary>
internal readonly ref struct ProductBatch
{
    /// <summary>Product i takes matrix i of A and matrix i of B.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public ProductBatch(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        (Count, MatricesA, MatricesB) = (count, count, count);
    }

    /// <summary>Product i takes matrix <paramref name="indicesA"/>[i] of A's and <paramref name="indicesB"/>[i] of B's.</summary>
    /// <exception cref="ArgumentException">The indices are not equally many, or lie outside of their matrices.</exception>
    public ProductBatch(int matricesA, ReadOnlySpan<int> indicesA, int matricesB, ReadOnlySpan<int> indicesB)
    {
        if (indicesA.Length != indicesB.Length)
            throw new ArgumentException(
                $"BatchMatMul: expected as many matrices of A as of B, got {indicesA.Length} and {indicesB.Length}. Broadcast both to one batch.");
        Check(indicesA, matricesA, "A");
        Check(indicesB, matricesB, "B");
        Count = indicesA.Length;
        (MatricesA, MatricesB) = (matricesA, matricesB);
        IndicesA = indicesA;
        IndicesB = indicesB;
    }

    /// <summary>How many products there are.</summary>
    public int Count { get; }

    /// <summary>How many matrices A holds.</summary>
    public int MatricesA { get; }

    /// <summary>How many matrices B holds.</summary>
    public int MatricesB { get; }

    /// <summary>Which matrix of A goes into each product; empty for each in turn.</summary>
    public ReadOnlySpan<int> IndicesA { get; }

    /// <summary>Which matrix of B goes into each product; empty for each in turn.</summary>
    public ReadOnlySpan<int> IndicesB { get; }

    private static void Check(ReadOnlySpan<int> indices, int matrices, string name)
    {
        foreach (int index in indices)
            if ((uint)index >= (uint)matrices)
                throw new ArgumentException(
                    $"BatchMatMul: expected matrices 0 to {matrices - 1} of {name}, got {index}. Broadcast dimensions of size 1 only.");
    }
}
