using System.Globalization;
using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Picks the slices of a value that indices name, along a dimension.</summary>
    public static readonly OpCard GatherV2 = new("GatherV2")
    {
        Summary = "The slices of params along axis that indices name, in the order of the indices.",
        Signature = "params: Tparams, indices: Tindices, axis: Taxis -> output: Tparams",
        Attributes = "Tparams: type; Tindices: index; Taxis: index; batch_dims: int = 0",
        Shape = context =>
        {
            Shape table = context.Input(0), indices = context.Input(1);
            Value? axis = context.Constant(2);
            if (!table.HasRank || !indices.HasRank)
            {
                context.SetUnknownOutputs();
                return;
            }

            int batchDims = context.Axis(context["batch_dims"].Int, indices.Rank + 1);
            if (axis is null)
            {
                context.SetOutput(0, Shape.UnknownOfRank(table.Rank - 1 + indices.Rank - batchDims));
                return;
            }

            int at = context.Axis(Integers.At(axis, 0), table.Rank);
            if (batchDims > at) throw context.Mismatch($"batch_dims of at most the axis {at}", $"{batchDims}");
            context.SetOutput(0, Gathered(table, indices, at, batchDims));
        },
        PartialShape = operation => operation.Outputs[0].Shape.Rank == 1 ? GatheredVector(operation) : null,
        Constant = (operation, _) => operation.Outputs[0].Shape.IsScalar && GatheredVector(operation) is { Rank: 1 } picked
            && picked[0] >= 0 ? Integers.Of(picked[0], operation.Outputs[0].DType) : null,
        Kernel = operation =>
        {
            var mover = Mover.For(operation["Tparams"].Type);
            long batchDims = operation["batch_dims"].Int;
            return context =>
            {
                int axis = Integers.Axis(context, 2, context.Input(0).Shape.Rank);
                int batches = Integers.Axis(context, batchDims, context.Input(1).Shape.Rank + 1);
                GatherRows(context, mover, axis, batches);
            };
        },
        Gradient = GatherV2Gradient,
        Source = "TF 1.14 GatherV2, _GatherV2Grad",
    };

    /// <summary>Picks the rows of a value that indices name; TensorFlow's first form of <see cref="GatherV2"/>.</summary>
    public static readonly OpCard Gather = new("Gather")
    {
        Summary = "The rows of params that indices name, in the order of the indices.",
        Signature = "params: Tparams, indices: Tindices -> output: Tparams",
        Attributes = "validate_indices: bool = true; Tparams: type; Tindices: index",
        Shape = context =>
        {
            Shape table = context.Input(0), indices = context.Input(1);
            context.SetOutput(0, table.HasRank && indices.HasRank ? Gathered(table, indices, 0, 0) : Shape.Unknown);
        },
        Kernel = operation =>
        {
            var mover = Mover.For(operation["Tparams"].Type);
            return context => GatherRows(context, mover, axis: 0, batchDims: 0);
        },
        Gradient = context => [GatheredRowsGradient(context), null],
        Source = "TF 1.14 Gather, _GatherGrad",
    };

    /// <summary>The gradient of gathering rows: the rows as they came, not summed.</summary>
    private static IndexedSlices GatheredRowsGradient(GradientContext context)
    {
        Output indices = context.X(1), shape = Op.Shape(context.X(0)), count = Op.ExpandDims(Op.Size(indices), 0);
        Output values = Op.Reshape(context.Dy, Op.Concat([count, Op.StridedSlice(shape, 1..)], 0));
        return new IndexedSlices(values, Op.Reshape(indices, count), shape);
    }

    private static Gradient?[] GatherV2Gradient(GradientContext context)
    {
        if (context.Operation["batch_dims"].Int != 0)
            throw new NoGradientException(context.Operation, "TF 1.14 has none for batch_dims other than 0");
        Output table = context.X(0), axis = context.X(2);
        if (ConstantFolding.ValueOf(axis) is { } known && Integers.At(known, 0) == 0)
            return [GatheredRowsGradient(context), null, null];

        // Bring the axis to the front, sum the slices that went to one row, bring it back.
        Graph graph = context.Graph;
        Output shape = Op.Shape(table), rank = Op.Rank(table), at = NonNegativeAxis(axis, table);
        Output front = Op.ExpandDims(at, 0), count = Op.ExpandDims(Op.Size(context.X(1)), 0);
        Output after = Op.Add(at, 1), zero = graph.Constant(Value.From<int>([0], Shape.Vector(1)));
        Output outer = Op.Slice(shape, zero, front);
        Output inner = Op.Slice(shape, Op.ExpandDims(after, 0), graph.Constant(Value.From<int>([-1], Shape.Vector(1))));
        Output values = Op.Reshape(context.Dy, Op.Concat([outer, count, inner], 0));
        Output outerAxes = graph.Range(0, at), innerAxes = graph.Range(after, rank);
        Output transposed = Op.Transpose(values, Op.Concat([front, outerAxes, innerAxes], 0));
        Output rows = Op.Reshape(Op.Slice(shape, front, graph.Constant(Value.From<int>([1], Shape.Vector(1)))));
        Output sum = Op.UnsortedSegmentSum(transposed, Op.Reshape(context.X(1), count), rows);
        Output back = Op.Concat([Op.Add(outerAxes, 1), zero, innerAxes], 0);
        return [Op.Transpose(sum, back), null, null];
    }

    private static Shape Gathered(in Shape table, in Shape indices, int axis, int batchDims) =>
        table.Slice(0, axis).Concat(indices.Slice(batchDims)).Concat(table.Slice(axis + 1));

    private static Shape? GatheredVector(Operation operation)
    {
        if (operation.Inputs[0].Shape.Rank != 1 || ShapeVectors.Input(operation, 0) is not { } shape
            || ConstantFolding.ValueOf(operation.Inputs[1]) is not { Length: <= Shape.MaxRank } indices)
            return null;
        Span<int> picked = stackalloc int[indices.Length];
        for (int i = 0; i < picked.Length; i++)
        {
            long index = Integers.At(indices, i);
            if ((ulong)index >= (ulong)shape.Rank) return null;
            picked[i] = shape[(int)index];
        }

        return new Shape(picked);
    }

    private static void GatherRows(KernelContext context, Mover mover, int axis, int batchDims)
    {
        Value table = context.Input(0), indices = context.Input(1);
        Shape shape = table.Shape;
        if (shape.Rank == 0) throw context.Invalid("params must be at least 1 dimensional");
        if (batchDims > axis || !shape.Span[..batchDims].SequenceEqual(indices.Shape.Span[..batchDims]))
            throw context.Invalid($"expected {batchDims} leading dimensions in common before axis {axis}, got {shape} and {indices.Shape}.");
        int rows = shape[axis];
        CheckIndices(context, indices, rows);
        Value y = context.Output(0, table.DType, Gathered(shape, indices.Shape, axis, batchDims));
        int batches = Product(shape.Span[..batchDims]);
        mover.Gather(table, indices, y, new GatherShape(batches, Product(shape.Span[batchDims..axis]), rows,
            Product(shape.Span[(axis + 1)..]), batches == 0 ? 0 : indices.Length / batches));
    }

    private static void CheckIndices(KernelContext context, Value indices, int rows)
    {
        int at = indices.DType == DType.Int64
            ? RowGather.FindInvalid(indices.Span<long>(), rows)
            : RowGather.FindInvalid(indices.Span<int>(), rows);
        if (at >= 0)
            throw context.Invalid($"indices[{Position(indices.Shape, at)}] = {Integers.At(indices, at)} is not in [0, {rows})");
    }

    /// <summary>A flat position as the indices of an element: <c>1,0,2</c>.</summary>
    private static string Position(in Shape shape, int flat)
    {
        var indices = new string[shape.Rank];
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            (flat, int index) = Math.DivRem(flat, Math.Max(1, shape[i]));
            indices[i] = index.ToString(CultureInfo.InvariantCulture);
        }

        return string.Join(',', indices);
    }
}

public static partial class Op
{
    /// <summary>The slices of <paramref name="table"/> that <paramref name="indices"/> name, in their order.</summary>
    /// <param name="table">A value of at least one dimension.</param>
    /// <param name="indices">int32 or int64, of any shape; each from 0 to the dimension's size less 1.</param>
    /// <param name="axis">The dimension that is indexed, negative from the end. Default: the first, whose gradient is <see cref="IndexedSlices"/>.</param>
    /// <param name="name">The name; <c>GatherV2</c> when null.</param>
    /// <returns>The table's shape with the dimension replaced by the shape of the indices.</returns>
    public static Output Gather(Output table, Operand indices, int axis = 0, string? name = null)
    {
        using NameScope scope = table.Graph.NameScope(name ?? "GatherV2");
        Output wanted = indices.In(table.Graph, DType.Int32, "indices");
        return table.Graph.Add(Cards.GatherV2, scope.Name + "/", [table, wanted, table.Graph.Constant(axis, "axis")]).Output;
    }
}
