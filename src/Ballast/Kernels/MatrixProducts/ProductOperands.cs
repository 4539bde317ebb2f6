namespace Ballast.Kernels.MatrixProducts;

/// <summary>Where the matrices of a product lie: the first element of each, and the elements from one stored row to the next.</summary>
internal readonly unsafe struct ProductOperands<T>(T* a, int strideA, T* b, int strideB, T* c, int strideC) where T : unmanaged
{
    public readonly T* A = a;
    public readonly T* B = b;
    public readonly T* C = c;
    public readonly int StrideA = strideA;
    public readonly int StrideB = strideB;
    public readonly int StrideC = strideC;

    /// <summary>Matrices without gaps between their rows.</summary>
    public ProductOperands(in ProductShape shape, T* a, T* b, T* c)
        : this(a, shape.StrideA, b, shape.StrideB, c, shape.Columns)
    {
    }

    /// <summary>The operands of the part of C that begins at this row and column.</summary>
    public ProductOperands<T> At(in ProductShape shape, int row, int column) => new(
        A + (shape.TransposeA ? row : (nint)row * StrideA), StrideA,
        B + (shape.TransposeB ? (nint)column * StrideB : column), StrideB,
        C + ((nint)row * StrideC) + column, StrideC);
}
