using System.Numerics;

namespace Ballast.Kernels.MatrixProducts;

/// <summary>Products of integers, wrapping around; plain loops, since no training spends its time here.</summary>
internal static unsafe class IntegerProduct
{
    /// <summary>The product of every pair of matrices. No dimension is 0.</summary>
    public static void Multiply<T>(T* a, T* b, T* c, in ProductShape shape, in ProductBatch batch, bool accumulate)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int product = 0; product < batch.Count; product++)
        {
            int indexA = batch.IndicesA.IsEmpty ? product : batch.IndicesA[product];
            int indexB = batch.IndicesB.IsEmpty ? product : batch.IndicesB[product];
            var operands = new ProductOperands<T>(
                shape,
                a + ((nint)shape.LengthA * indexA),
                b + ((nint)shape.LengthB * indexB),
                c + ((nint)shape.LengthC * product));
            Multiply(shape, operands, accumulate);
        }
    }

    private static void Multiply<T>(in ProductShape shape, in ProductOperands<T> operands, bool accumulate)
        where T : unmanaged, IBinaryInteger<T>
    {
        nint rowA = shape.TransposeA ? 1 : operands.StrideA;
        nint innerA = shape.TransposeA ? operands.StrideA : 1;
        nint innerB = shape.TransposeB ? 1 : operands.StrideB;
        nint columnB = shape.TransposeB ? operands.StrideB : 1;
        for (int row = 0; row < shape.Rows; row++)
        {
            T* c = operands.C + ((nint)row * operands.StrideC);
            if (!accumulate) new Span<T>(c, shape.Columns).Clear();
            for (int inner = 0; inner < shape.Inner; inner++)
            {
                T x = operands.A[(row * rowA) + (inner * innerA)];
                T* b = operands.B + (inner * innerB);
                for (int column = 0; column < shape.Columns; column++)
                    c[column] = unchecked(c[column] + (x * b[column * columnB]));
            }
        }
    }
}
