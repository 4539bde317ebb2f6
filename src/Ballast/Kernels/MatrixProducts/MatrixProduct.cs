using Ballast.Tensors;

namespace Ballast.Kernels.MatrixProducts;

/// <summary>
/// Products of row-major matrices of float32, float64, float16, bfloat16, int32 and int64, one or many at a time.
/// </summary>
/// <remarks>
/// The result is the same bits whatever the number of threads. NaN and ±Inf propagate as IEEE 754 has it; 0·NaN is NaN, for no
/// product is left out. An inner dimension of 0 gives zeros. float16 and bfloat16 are summed in float32 and rounded once;
/// integers wrap around. C must not overlap A or B.
/// </remarks>
internal static unsafe class MatrixProduct
{
    /// <summary>
    /// C = A·B, or C += A·B where <paramref name="accumulate"/> is set; C is not read otherwise. float32 and float64 are multiplied by
    /// <paramref name="kernel"/>, which is <see cref="ProductKernel.Default"/> unless said.
    /// </summary>
    /// <exception cref="ArgumentException">A span is not as long as the shape says.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the types above.</exception>
    public static void Multiply<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, in ProductShape shape,
        bool accumulate = false, ProductKernel? kernel = null) where T : unmanaged =>
        MultiplyBatch(a, b, c, shape, new ProductBatch(1), accumulate, kernel);

    /// <summary>The product of every pair of matrices of a batch: as many matrices in C as there are products.</summary>
    /// <exception cref="ArgumentException">A span is not as long as shape and batch say.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the types above.</exception>
    public static void MultiplyBatch<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, in ProductShape shape, in ProductBatch batch,
        bool accumulate = false, ProductKernel? kernel = null) where T : unmanaged
    {
        Check(a.Length, shape.LengthA * batch.MatricesA, "A");
        Check(b.Length, shape.LengthB * batch.MatricesB, "B");
        Check(c.Length, shape.LengthC * batch.Count, "C");
        if (c.Length == 0) return;
        if (shape.Inner == 0)
        {
            if (!accumulate) c.Clear();
            return;
        }

        if (typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16))
        {
            MultiplyWidened(a, b, c, shape, batch, accumulate, kernel);
            return;
        }

        fixed (T* pointerA = a, pointerB = b, pointerC = c)
            Multiply(pointerA, pointerB, pointerC, shape, batch, accumulate, kernel);
    }

    /// <summary>The same on raw memory, with rows that may lie apart: for kernels that multiply parts of larger arrays. No dimension is 0.</summary>
    public static void Multiply<T>(in ProductShape shape, in ProductOperands<T> operands, bool accumulate, ProductKernel? kernel = null)
        where T : unmanaged
    {
        var partition = new ProductPartition(shape);
        Workers.For(partition.Blocks, new Blocks<T>(partition, kernel ?? ProductKernel.Default, shape, operands, accumulate));
    }

    private static void Multiply<T>(
        T* a, T* b, T* c, in ProductShape shape, in ProductBatch batch, bool accumulate, ProductKernel? kernel) where T : unmanaged
    {
        if (typeof(T) == typeof(int))
        {
            IntegerProduct.Multiply((int*)a, (int*)b, (int*)c, shape, batch, accumulate);
        }
        else if (typeof(T) == typeof(long))
        {
            IntegerProduct.Multiply((long*)a, (long*)b, (long*)c, shape, batch, accumulate);
        }
        else if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            if (batch.Count == 1)
                Multiply(shape, new ProductOperands<T>(shape, a, b, c), accumulate, kernel);
            else
                MultiplyAll(a, b, c, shape, batch, accumulate, kernel ?? ProductKernel.Default);
        }
        else
        {
            throw new NotSupportedException(
                $"MatMul: expected float32, float64, float16, bfloat16, int32 or int64, got {typeof(T).Name}. Cast the operands first.");
        }
    }

    private static void MultiplyAll<T>(
        T* a, T* b, T* c, in ProductShape shape, in ProductBatch batch, bool accumulate, ProductKernel kernel) where T : unmanaged
    {
        var partition = new ProductPartition(shape);
        int grain = ProductPartition.ProductsPerPart(shape);
        fixed (int* indicesA = batch.IndicesA, indicesB = batch.IndicesB)
        {
            var products = new Products<T>(partition, kernel, shape, a, b, c, indicesA, indicesB, batch.Count, grain, accumulate);
            Workers.For(products.Parts, products);
        }
    }

    private static void MultiplyWidened<T>(
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, in ProductShape shape, in ProductBatch batch,
        bool accumulate, ProductKernel? kernel) where T : unmanaged
    {
        using Scratch loanA = Scratch.Borrow(a.Length, out float* wideA);
        using Scratch loanB = Scratch.Borrow(b.Length, out float* wideB);
        using Scratch loanC = Scratch.Borrow(c.Length, out float* wideC);
        Widening.Widen(a, new Span<float>(wideA, a.Length));
        Widening.Widen(b, new Span<float>(wideB, b.Length));
        if (accumulate) Widening.Widen(c, new Span<float>(wideC, c.Length));
        Multiply(wideA, wideB, wideC, shape, batch, accumulate, kernel);
        Widening.Narrow(new ReadOnlySpan<float>(wideC, c.Length), c);
    }

    private static void Check(int length, long expected, string name)
    {
        if (length != expected)
            throw new ArgumentException($"MatMul: expected {expected} elements of {name}, got {length}. Give the whole matrix, row by row.");
    }

    /// <summary>The blocks of one product.</summary>
    private readonly struct Blocks<T>(
        ProductPartition partition, ProductKernel kernel, ProductShape shape, ProductOperands<T> operands, bool accumulate)
        : IParallelBody where T : unmanaged
    {
        public void Invoke(int part) => partition.Multiply(part, kernel, shape, operands, accumulate);
    }

    /// <summary>The products of a batch: a large one is cut into blocks, small ones are taken several at a time.</summary>
    private readonly struct Products<T>(
        ProductPartition partition, ProductKernel kernel, ProductShape shape, T* a, T* b, T* c,
        int* indicesA, int* indicesB, int count, int grain, bool accumulate) : IParallelBody where T : unmanaged
    {
        public int Parts => partition.Blocks > 1 ? checked(count * partition.Blocks) : ((count - 1) / grain) + 1;

        public void Invoke(int part)
        {
            if (partition.Blocks > 1)
            {
                Multiply(part / partition.Blocks, part % partition.Blocks);
                return;
            }

            int end = Math.Min(count, (part + 1) * grain);
            for (int product = part * grain; product < end; product++) Multiply(product, 0);
        }

        private void Multiply(int product, int block)
        {
            int indexA = indicesA is null ? product : indicesA[product];
            int indexB = indicesB is null ? product : indicesB[product];
            var operands = new ProductOperands<T>(
                shape,
                a + ((nint)shape.LengthA * indexA),
                b + ((nint)shape.LengthB * indexB),
                c + ((nint)shape.LengthC * product));
            partition.Multiply(block, kernel, shape, operands, accumulate);
        }
    }
}
