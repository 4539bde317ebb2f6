using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Picks the slices that index vectors point to.</summary>
    public static readonly OpCard GatherNd = new("GatherNd")
    {
        Summary = "The slices of params that the vectors along the last dimension of indices point to.",
        Signature = "params: Tparams, indices: Tindices -> output: Tparams",
        Attributes = "Tparams: type; Tindices: index",
        Shape = context =>
        {
            Shape table = context.Input(0), indices = context.Input(1);
            if (!table.HasRank || !indices.HasRank || indices.Rank == 0 || indices[^1] < 0)
            {
                context.SetUnknownOutputs();
                return;
            }

            if (indices[^1] > table.Rank)
                throw context.Mismatch($"indices of at most {table.Rank} numbers, one per dimension of {table}", $"{indices}");
            context.SetOutput(0, indices.Slice(0, indices.Rank - 1).Concat(table.Slice(indices[^1])));
        },
        Kernel = operation =>
        {
            var mover = Mover.For(operation["Tparams"].Type);
            return context =>
            {
                Value table = context.Input(0), indices = context.Input(1);
                Value rows = FlatRows(context, indices, table.Shape, "param shape");
                int depth = indices.Shape[^1];
                Value y = context.Output(0, table.DType, indices.Shape.Slice(0, indices.Shape.Rank - 1).Concat(table.Shape.Slice(depth)));
                mover.Gather(table, rows, y, new GatherShape(1, 1, Product(table.Shape.Span[..depth]),
                    Product(table.Shape.Span[depth..]), rows.Length));
            };
        },
        Gradient = context =>
        {
            Output indices = context.X(1), shape = Op.Shape(context.X(), indices.DType);
            return indices.Shape.Rank == 2 && indices.Shape[1] == 1
                ? [new IndexedSlices(context.Dy, Op.Squeeze(indices, [-1]), shape), null]
                : [Op.ScatterNd(indices, context.Dy, shape), null];
        },
        Source = "TF 1.14 GatherNd, _GatherNdGrad",
    };

    /// <summary>Adds slices to zeros at the places that index vectors point to.</summary>
    public static readonly OpCard ScatterNd = new("ScatterNd")
    {
        Summary = "Zeros of the given shape with updates added where the vectors of indices point; duplicates add up, in their order.",
        Signature = "indices: Tindices, updates: T, shape: Tindices -> output: T",
        Attributes = "T: real; Tindices: index",
        Shape = context =>
        {
            Shape shape = context.InputAsShape(2), indices = context.Input(0), updates = context.Input(1);
            context.SetOutput(0, shape);
            if (!shape.HasRank || !indices.HasRank || indices.Rank == 0 || indices[^1] < 0) return;
            if (indices[^1] > shape.Rank)
                throw context.Mismatch($"indices of at most {shape.Rank} numbers, one per dimension of {shape}", $"{indices}");
            _ = context.Merge(indices.Slice(0, indices.Rank - 1).Concat(shape.Slice(indices[^1])), updates, "one slice for each index vector");
        },
        Kernel = operation =>
        {
            RowSums sum = RowSumsOf(operation["T"].Type);
            return context =>
            {
                Value indices = context.Input(0), updates = context.Input(1);
                Shape shape = Integers.ToShape(context, 2);
                Value rows = FlatRows(context, indices, shape, "shape");
                Shape slice = shape.Slice(indices.Shape[^1]);
                if (updates.Shape != indices.Shape.Slice(0, indices.Shape.Rank - 1).Concat(slice))
                    throw context.Invalid($"Must have updates.shape = indices.shape[:-1] + shape[indices.shape[-1]:], got updates.shape: {updates.Shape}, indices.shape: {indices.Shape}, shape: {shape}");
                sum(updates, rows, Product(slice.Span), context.Output(0, updates.DType, shape));
            };
        },
        Gradient = context => [null, Op.GatherNd(context.Dy, context.X(0)), null],
        Source = "TF 1.14 ScatterNd, _ScatterNdGrad",
    };

    /// <summary>Index vectors as positions among the slices of a shape.</summary>
    private static Value FlatRows(KernelContext context, Value indices, in Shape shape, string what)
    {
        if (indices.Shape.Rank == 0 || indices.Shape[^1] > shape.Rank)
            throw context.Invalid($"index innermost dimension length must be <= rank of the {what} {shape}, got indices of shape {indices.Shape}");
        int depth = indices.Shape[^1], count = Product(indices.Shape.Span[..^1]);
        Value rows = context.Temporary(DType.Int32, Shape.Vector(count));
        Span<int> flat = rows.Elements<int>();
        for (int i = 0; i < count; i++)
        {
            int row = 0;
            for (int d = 0; d < depth; d++)
            {
                long index = Integers.At(indices, (i * depth) + d);
                if ((ulong)index >= (ulong)shape[d])
                    throw context.Invalid($"indices[{Position(indices.Shape.Slice(0, indices.Shape.Rank - 1), i)}] = [{Vector(indices, i, depth)}] does not index into {what} {shape}");
                row = (row * shape[d]) + (int)index;
            }

            flat[i] = row;
        }

        return rows;

        static string Vector(Value indices, int row, int depth) =>
            string.Join(", ", Enumerable.Range(row * depth, depth).Select(indices.Element));
    }
}

public static partial class Op
{
    /// <summary>The slices of <paramref name="table"/> that the vectors along the last dimension of <paramref name="indices"/> point to.</summary>
    /// <param name="table">Any value.</param>
    /// <param name="indices">int32 or int64, <c>[…, k]</c> with k at most the rank of <paramref name="table"/>.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output GatherNd(Output table, Operand indices, string? name = null)
    {
        using NameScope scope = table.Graph.NameScope(name ?? "GatherNd");
        return table.Graph.Add(Cards.GatherNd, scope.Name + "/", [table, indices.In(table.Graph, DType.Int32, "indices")]).Output;
    }

    /// <summary>Zeros with <paramref name="updates"/> added where <paramref name="indices"/> point; duplicates add up.</summary>
    /// <param name="indices">int32 or int64, <c>[…, k]</c>.</param>
    /// <param name="updates">One slice for each index vector.</param>
    /// <param name="shape">The shape of the result, in the dtype of the indices.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output ScatterNd(Output indices, Output updates, Operand shape, string? name = null)
    {
        using NameScope scope = updates.Graph.NameScope(name ?? "ScatterNd");
        return updates.Graph.Add(Cards.ScatterNd, scope.Name + "/", [indices, updates, shape.In(updates.Graph, indices.DType, "shape")]).Output;
    }
}
