namespace Ballast.Kernels.MatrixProducts;

/// <summary>Multiplies matrices of float32 or float64 on the thread that asks.</summary>
/// <remarks>
/// The same operands give the same bits on every call. Every product is formed, so that 0·NaN is NaN;
/// C is not read unless it is added to.
/// </remarks>
internal abstract class ProductKernel
{
    private static readonly Lazy<ProductKernel> Chosen = new(() => OpenBlas.FromEnvironment() ?? (ProductKernel)ManagedProduct.Best);

    /// <summary>
    /// OpenBLAS where it is found, the managed kernel elsewhere. The environment variable <c>BALLAST_BLAS</c> decides otherwise:
    /// <c>none</c> or <c>managed</c>, or the path of a library.
    /// </summary>
    /// <exception cref="DllNotFoundException"><c>BALLAST_BLAS</c> names a library that cannot be used.</exception>
    public static ProductKernel Default => Chosen.Value;

    /// <summary>C = A·B, or C += A·B. No dimension is 0.</summary>
    public abstract void Multiply(in ProductShape shape, in ProductOperands<float> operands, bool accumulate);

    /// <summary>C = A·B, or C += A·B. No dimension is 0.</summary>
    public abstract void Multiply(in ProductShape shape, in ProductOperands<double> operands, bool accumulate);
}
