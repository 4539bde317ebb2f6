using Ballast.Graphs;
using Ballast.Kernels.MatrixProducts;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    private static Hazard[] SumOverflows =>
    [
        Hazard.Forward("a sum of products beyond the dtype's largest number", "product = ±Inf, or NaN where +Inf meets -Inf",
            "scale the inputs or the weights down; in float16 compute the product in float32"),
    ];

    /// <summary>Product of two matrices.</summary>
    public static readonly OpCard MatMul = new("MatMul")
    {
        Summary = "The product of two matrices, each transposed first where asked.",
        Signature = "a: T, b: T -> product: T",
        Attributes = "transpose_a: bool = false; transpose_b: bool = false; T: {bfloat16, half, float, double, int32, int64}",
        Shape = MatMulShape,
        Kernel = operation => operation["T"].Type switch
        {
            DType.Float32 => MatMulKernel<float>(operation),
            DType.Float64 => MatMulKernel<double>(operation),
            DType.Float16 => MatMulKernel<Half>(operation),
            DType.BFloat16 => MatMulKernel<BFloat16>(operation),
            DType.Int32 => MatMulKernel<int>(operation),
            _ => MatMulKernel<long>(operation),
        },
        Gradient = context =>
        {
            (Output a, Output b, Output dy) = (context.X(0), context.X(1), context.Dy);
            return (context.Operation["transpose_a"].Bool, context.Operation["transpose_b"].Bool) switch
            {
                (false, false) => [Product(dy, b, transposeB: true), Product(a, dy, transposeA: true)],
                (false, true) => [Product(dy, b), Product(dy, a, transposeA: true)],
                (true, false) => [Product(b, dy, transposeB: true), Product(a, dy)],
                (true, true) => [Product(b, dy, true, true), Product(dy, a, true, true)],
            };

            static Output Product(Output a, Output b, bool transposeA = false, bool transposeB = false) =>
                a.Graph.Add(MatMul!, null, [a, b], ("transpose_a", transposeA), ("transpose_b", transposeB)).Output;
        },
        Hazards = SumOverflows,
        Source = "TF 1.14 MatMul, _MatMulGrad",
    };

    private static void MatMulShape(ShapeContext context)
    {
        Shape a = context.WithRank(0, 2), b = context.WithRank(1, 2);
        bool transposeA = context["transpose_a"].Bool, transposeB = context["transpose_b"].Bool;
        int innerOfA = a[transposeA ? 0 : 1], innerOfB = b[transposeB ? 1 : 0];
        if (innerOfA != innerOfB && innerOfA >= 0 && innerOfB >= 0)
            throw context.Mismatch(
                $"a[{(transposeA ? 0 : 1)}] == b[{(transposeB ? 1 : 0)}]", $"{a} and {b}",
                b[transposeB ? 0 : 1] == innerOfA ? $"Pass transposeB: {(transposeB ? "false" : "true")}."
                : a[transposeA ? 1 : 0] == innerOfB ? $"Pass transposeA: {(transposeA ? "false" : "true")}."
                : "Reshape one of them.");
        context.SetOutput(0, Shape.Matrix(a[transposeA ? 1 : 0], b[transposeB ? 0 : 1]));
    }

    private static Kernel MatMulKernel<T>(Operation operation) where T : unmanaged
    {
        bool transposeA = operation["transpose_a"].Bool, transposeB = operation["transpose_b"].Bool;
        DType dtype = operation["T"].Type;
        return context =>
        {
            Value a = context.Input(0), b = context.Input(1);
            if (a.Shape.Rank != 2 || b.Shape.Rank != 2) throw context.Invalid($"Expected two matrices, got {a.Shape} and {b.Shape}.");
            int rows = a.Shape[transposeA ? 1 : 0], inner = a.Shape[transposeA ? 0 : 1];
            int columns = b.Shape[transposeB ? 0 : 1];
            if (b.Shape[transposeB ? 1 : 0] != inner)
                throw context.Invalid($"Matrix size-incompatible: expected a[{(transposeA ? 0 : 1)}] == b[{(transposeB ? 1 : 0)}], " +
                    $"got {a.Shape} and {b.Shape}. Feed matrices that fit.");
            Value product = context.Output(0, dtype, Shape.Matrix(rows, columns));
            MatrixProduct.Multiply(a.Span<T>(), b.Span<T>(), product.Elements<T>(),
                new ProductShape(rows, columns, inner, transposeA, transposeB));
        };
    }
}

public static partial class Op
{
    /// <summary>
    /// The product of two matrices, <c>[n, k] · [k, m] = [n, m]</c>, or of all pairs of matrices in two stacks of them,
    /// <c>[…, n, k] · […, k, m]</c>, whose leading dimensions broadcast.
    /// </summary>
    /// <param name="a">A floating or integer output of rank 2 or more.</param>
    /// <param name="b">The same dtype.</param>
    /// <param name="transposeA">Whether the last two dimensions of <paramref name="a"/> are swapped first. Default: false.</param>
    /// <param name="transposeB">Whether those of <paramref name="b"/> are. Default: false.</param>
    /// <param name="name">The name; <c>MatMul</c> when null.</param>
    /// <returns>The product. NaN and ±Inf propagate as IEEE 754 has it; an inner dimension of 0 gives zeros.</returns>
    /// <exception cref="ShapeMismatchException">The inner dimensions differ.</exception>
    /// <remarks>Emits MatMul for matrices and BatchMatMulV2 for stacks or an unknown rank, as TF 1.14's tf.matmul does.</remarks>
    public static Output MatMul(Output a, Operand b, bool transposeA = false, bool transposeB = false, string? name = null)
    {
        using NameScope scope = a.Graph.NameScope(name ?? "MatMul");
        Output right = b.In(a.Graph, a.DType, "b");
        return a.Shape.Rank == 2 && right.Shape.Rank == 2
            ? a.Graph.Add(Cards.MatMul, scope.Name + "/", [a, right], ("transpose_a", transposeA), ("transpose_b", transposeB)).Output
            : a.Graph.Add(Cards.BatchMatMulV2, scope.Name + "/", [a, right], ("adj_x", transposeA), ("adj_y", transposeB)).Output;
    }
}
