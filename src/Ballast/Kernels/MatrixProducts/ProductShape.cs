namespace Ballast.Kernels.MatrixProducts;

/// <summary>
/// The shape of a product C = A·B of row-major matrices: A is [Rows, Inner], B is [Inner, Columns], C is [Rows, Columns].
/// A transposed operand is stored the other way round: A as [Inner, Rows], B as [Columns, Inner].
/// </summary>
internal readonly record struct ProductShape(int Rows, int Columns, int Inner, bool TransposeA = false, bool TransposeB = false)
{
    /// <summary>The elements of A.</summary>
    public long LengthA => (long)Rows * Inner;

    /// <summary>The elements of B.</summary>
    public long LengthB => (long)Inner * Columns;

    /// <summary>The elements of C.</summary>
    public long LengthC => (long)Rows * Columns;

    /// <summary>The elements from one stored row of A to the next.</summary>
    public int StrideA => TransposeA ? Rows : Inner;

    /// <summary>The elements from one stored row of B to the next.</summary>
    public int StrideB => TransposeB ? Inner : Columns;

    /// <summary>How many multiplications the product takes.</summary>
    public long Multiplications => (long)Rows * Columns * Inner;
}
