using Ballast.Graphs;
using Ballast.Kernels;
using Ballast.Kernels.MatrixProducts;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Products of two stacks of matrices of equal leading dimensions.</summary>
    public static readonly OpCard BatchMatMul = new("BatchMatMul")
    {
        Summary = "The product of every pair of matrices in two stacks; the leading dimensions must be equal.",
        Signature = "x: T, y: T -> output: T",
        Attributes = "T: {bfloat16, half, float, double, int32, int64}; adj_x: bool = false; adj_y: bool = false",
        Shape = context => BatchMatMulShape(context, broadcasts: false),
        Kernel = operation => BatchMatMulKernel(operation, broadcasts: false),
        Gradient = BatchMatMulGradient,
        Hazards = SumOverflows,
        Source = "TF 1.14 BatchMatMul, _BatchMatMul",
    };

    /// <summary>Products of two stacks of matrices whose leading dimensions broadcast.</summary>
    public static readonly OpCard BatchMatMulV2 = new("BatchMatMulV2")
    {
        Summary = "The product of every pair of matrices in two stacks; the leading dimensions broadcast.",
        Signature = "x: T, y: T -> output: T",
        Attributes = "T: {bfloat16, half, float, double, int32, int64}; adj_x: bool = false; adj_y: bool = false",
        Shape = context => BatchMatMulShape(context, broadcasts: true),
        Kernel = operation => BatchMatMulKernel(operation, broadcasts: true),
        Gradient = context =>
        {
            Gradient?[] gradients = BatchMatMulGradient(context);
            (Output x, Output y) = (context.X(0), context.X(1));
            if (x.Shape.IsFullyKnown && x.Shape == y.Shape) return gradients;
            Output shapeOfX = Op.Shape(x), shapeOfY = Op.Shape(y);
            IReadOnlyList<Output> axes = context.Graph.Add(BroadcastGradientArgs!, null,
                [Op.StridedSlice(shapeOfX, ..^2), Op.StridedSlice(shapeOfY, ..^2)]).Outputs;
            return
            [
                Op.Reshape(Op.Sum(gradients[0]!.Values, axes[0]), shapeOfX),
                Op.Reshape(Op.Sum(gradients[1]!.Values, axes[1]), shapeOfY),
            ];
        },
        Hazards = SumOverflows,
        Source = "TF 1.14 BatchMatMulV2, _BatchMatMulV2",
    };

    private static void BatchMatMulShape(ShapeContext context, bool broadcasts)
    {
        Shape x = context.Input(0), y = context.Input(1);
        foreach (Shape shape in (ReadOnlySpan<Shape>)[x, y])
            if (shape.HasRank && shape.Rank < 2)
                throw context.Mismatch("stacks of matrices, of rank 2 or more", $"{x} and {y}", "Expand the dimensions.");
        if (!x.HasRank || !y.HasRank)
        {
            context.SetUnknownOutputs();
            return;
        }

        bool adjX = context["adj_x"].Bool, adjY = context["adj_y"].Bool;
        int innerOfX = x[adjX ? ^2 : ^1], innerOfY = y[adjY ? ^1 : ^2];
        if (innerOfX != innerOfY && innerOfX >= 0 && innerOfY >= 0)
            throw context.Mismatch($"x[{(adjX ? -2 : -1)}] == y[{(adjY ? -1 : -2)}]", $"{x} and {y}",
                "Transpose or reshape one of them.");
        Shape batchOfX = x.Slice(0, x.Rank - 2), batchOfY = y.Slice(0, y.Rank - 2);
        Shape batch = broadcasts
            ? context.Broadcast(batchOfX, batchOfY)
            : context.Merge(batchOfX, batchOfY, "equal leading dimensions");
        context.SetOutput(0, batch.Concat(new Shape([x[adjX ? ^1 : ^2], y[adjY ? ^2 : ^1]])));
    }

    private static Gradient?[] BatchMatMulGradient(GradientContext context)
    {
        (Output x, Output y, Output dy) = (context.X(0), context.X(1), context.Dy);
        return (context.Operation["adj_x"].Bool, context.Operation["adj_y"].Bool) switch
        {
            (false, false) => [Op.MatMul(dy, y, transposeB: true), Op.MatMul(x, dy, transposeA: true)],
            (false, true) => [Op.MatMul(dy, y), Op.MatMul(dy, x, transposeA: true)],
            (true, false) => [Op.MatMul(y, dy, transposeB: true), Op.MatMul(x, dy)],
            (true, true) => [Op.MatMul(y, dy, true, true), Op.MatMul(dy, x, true, true)],
        };
    }

    private static Kernel BatchMatMulKernel(Operation operation, bool broadcasts) => operation["T"].Type switch
    {
        DType.Float32 => BatchMatMulKernel<float>(operation, broadcasts),
        DType.Float64 => BatchMatMulKernel<double>(operation, broadcasts),
        DType.Float16 => BatchMatMulKernel<Half>(operation, broadcasts),
        DType.BFloat16 => BatchMatMulKernel<BFloat16>(operation, broadcasts),
        DType.Int32 => BatchMatMulKernel<int>(operation, broadcasts),
        _ => BatchMatMulKernel<long>(operation, broadcasts),
    };

    private static Kernel BatchMatMulKernel<T>(Operation operation, bool broadcasts) where T : unmanaged
    {
        bool adjX = operation["adj_x"].Bool, adjY = operation["adj_y"].Bool;
        DType dtype = operation["T"].Type;
        return context =>
        {
            Value x = context.Input(0), y = context.Input(1);
            if (x.Shape.Rank < 2 || y.Shape.Rank < 2)
                throw context.Invalid($"Expected stacks of matrices, of rank 2 or more, got {x.Shape} and {y.Shape}.");
            int rows = x.Shape[adjX ? ^1 : ^2], inner = x.Shape[adjX ? ^2 : ^1], columns = y.Shape[adjY ? ^2 : ^1];
            if (y.Shape[adjY ? ^1 : ^2] != inner)
                throw context.Invalid($"Expected x[{(adjX ? -2 : -1)}] == y[{(adjY ? -1 : -2)}], got {x.Shape} and {y.Shape}.");
            Shape batchOfX = x.Shape.Slice(0, x.Shape.Rank - 2), batchOfY = y.Shape.Slice(0, y.Shape.Rank - 2);
            Shape batch = batchOfX == batchOfY ? batchOfX
                : broadcasts && TryBroadcast(batchOfX, batchOfY, out Shape common) ? common
                : throw context.Invalid($"Expected leading dimensions that {(broadcasts ? "broadcast" : "are equal")}, got {x.Shape} and {y.Shape}.");
            Value output = context.Output(0, dtype, batch.Concat(Shape.Matrix(rows, columns)));
            Multiply(x, y, output, batchOfX, batchOfY, batch, new ProductShape(rows, columns, inner, adjX, adjY));
        };

        static unsafe void Multiply(Value x, Value y, Value output, in Shape batchOfX, in Shape batchOfY, in Shape batch, in ProductShape shape)
        {
            int count = (int)batch.ElementCount;
            if (batchOfX == batchOfY)
            {
                MatrixProduct.MultiplyBatch(x.Span<T>(), y.Span<T>(), output.Elements<T>(), shape, new ProductBatch(count));
                return;
            }

            using Scratch loan = Scratch.Borrow(2 * (nint)count, out int* indices);
            var ofX = new Span<int>(indices, count);
            var ofY = new Span<int>(indices + count, count);
            Repeat(batchOfX, batch, ofX);
            Repeat(batchOfY, batch, ofY);
            MatrixProduct.MultiplyBatch(x.Span<T>(), y.Span<T>(), output.Elements<T>(), shape,
                new ProductBatch((int)batchOfX.ElementCount, ofX, (int)batchOfY.ElementCount, ofY));
        }
    }

    private static bool TryBroadcast(in Shape left, in Shape right, out Shape common)
    {
        Span<int> dimensions = stackalloc int[Math.Max(left.Rank, right.Rank)];
        for (int i = 1; i <= dimensions.Length; i++)
        {
            int ofLeft = i <= left.Rank ? left[^i] : 1, ofRight = i <= right.Rank ? right[^i] : 1;
            dimensions[^i] = ofLeft == 1 ? ofRight : ofLeft;
            if (ofLeft != ofRight && ofLeft != 1 && ofRight != 1)
            {
                common = default;
                return false;
            }
        }

        common = new Shape(dimensions);
        return true;
    }

    /// <summary>For each matrix of the common batch, the index of the one that stands for it in a batch that broadcasts.</summary>
    private static void Repeat(in Shape from, in Shape common, Span<int> indices)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            int rest = i, index = 0, stride = 1;
            for (int d = 1; d <= common.Rank; d++)
            {
                (rest, int at) = Math.DivRem(rest, common[^d]);
                if (d > from.Rank) break;
                if (from[^d] != 1) index += at * stride;
                stride *= from[^d];
            }

            indices[i] = index;
        }
    }
}
