using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Picks the rows of a resource variable that indices name, without reading the others.</summary>
    public static readonly OpCard ResourceGather = new("ResourceGather")
    {
        Summary = "The rows of a resource variable that indices name, in the order of the indices.",
        Signature = "resource: resource, indices: Tindices -> output: dtype",
        Attributes = "batch_dims: int = 0; validate_indices: bool = true; dtype: type; Tindices: index",
        Shape = context =>
        {
            Shape variable = ShapeBehind(context.Operation.Inputs[0]);
            context.SetOutput(0, variable.Rank == 0
                ? throw context.Mismatch("a variable of rank 1 or more", $"shape {variable}")
                : variable.HasRank ? context.Input(1).Concat(variable.Slice(1)) : Shape.Unknown);
        },
        Kernel = operation =>
        {
            if (operation["batch_dims"].Int != 0)
                throw new UnimplementedException(operation, "Expected batch_dims 0. Read the variable and gather from its value.");
            var mover = Mover.For(operation["dtype"].Type);
            return context =>
            {
                VariableState variable = context.Variable(0);
                Value table = variable.TryRead() ?? throw variable.Uninitialized(context.Operation);
                try
                {
                    GatherVariableRows(context, mover, table);
                }
                finally
                {
                    table.Release();
                }
            };
        },
        IsStateful = true,
        Gradient = ResourceGatherGradient,
        Source = "TF 1.14 ResourceGather, _GatherGrad",
    };

    private static Gradient?[] ResourceGatherGradient(GradientContext context)
    {
        Output variable = context.X(0), indices = context.X(1);
        Output shape = context.Graph.Add(VariableShape, null, [variable]).Output;
        Output count = Op.ExpandDims(Op.Size(indices), 0);
        Output values = Op.Reshape(context.Dy, Op.Concat([count, Op.StridedSlice(shape, 1..)], 0));
        return [new IndexedSlices(values, Op.Reshape(indices, count), shape), null];
    }

    private static void GatherVariableRows(KernelContext context, Mover mover, Value table)
    {
        Value indices = context.Input(1);
        if (table.Shape.Rank == 0) throw context.Invalid("params must be at least 1 dimensional");
        int rows = table.Shape[0];
        CheckIndices(context, indices, rows);
        Value y = context.Output(0, table.DType, indices.Shape.Concat(table.Shape.Slice(1)));
        mover.Gather(table, indices, y, new GatherShape(1, 1, rows, Product(table.Shape.Span[1..]), indices.Length));
    }
}

public static partial class Op
{
    /// <summary>
    /// The rows of a variable that <paramref name="indices"/> name: of a resource without reading the others, of a
    /// reference by <see cref="Gather(Output, Operand, int, string?)"/>. The gradient is <see cref="IndexedSlices"/>.
    /// </summary>
    /// <param name="variable">A variable of at least one dimension.</param>
    /// <param name="indices">int32 or int64, of any shape; each from 0 to the number of rows less 1.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output Gather(Variable variable, Operand indices, string? name = null)
    {
        if (!variable.IsResource) return Gather(variable.Value, indices, 0, name);
        using NameScope scope = variable.Graph.NameScope(name ?? "ResourceGather");
        Output wanted = indices.In(variable.Graph, DType.Int32, "indices");
        return variable.Graph.Add(Cards.ResourceGather, scope.Name + "/", [variable.Handle, wanted], ("dtype", variable.DType)).Output;
    }
}
