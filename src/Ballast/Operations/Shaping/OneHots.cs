using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Indices as vectors that are on at one place and off elsewhere.</summary>
    public static readonly OpCard OneHot = new("OneHot")
    {
        Summary = "For each index a vector of length depth, on_value at the index and off_value elsewhere; all off where the index is out of range.",
        Signature = "indices: TI, depth: int32, on_value: T, off_value: T -> output: T",
        Attributes = "axis: int = -1; T: type; TI: {uint8, int32, int64} = int64",
        Shape = context =>
        {
            Shape indices = context.Input(0);
            if (!indices.HasRank)
            {
                context.SetUnknownOutputs();
                return;
            }

            int axis = context.Axis(context["axis"].Int, indices.Rank + 1);
            long depth = context.Constant(1) is { Length: 1 } known ? Integers.At(known, 0) : -1;
            if (depth < -1 || (depth < 0 && context.Constant(1) is not null)) throw context.Mismatch("a depth of 0 or more", $"{depth}");
            context.SetOutput(0, Expanded(indices, axis).WithDimension(axis, (int)depth));
        },
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            long axis = operation["axis"].Int;
            return context =>
            {
                Value indices = context.Input(0);
                Shape shape = indices.Shape;
                int at = Integers.Axis(context, axis, shape.Rank + 1);
                long depth = Integers.At(context.Input(1), 0);
                if (context.Input(1).Length != 1 || depth < 0) throw context.Invalid($"depth must be non-negative, got: {context.Input(1)}");
                Value y = context.Output(0, context.Input(2).DType, Expanded(shape, at).WithDimension(at, checked((int)depth)));
                mover.Fill(y, context.Input(3));
                mover.SetOnes(indices, context.Input(2), y, Product(shape.Span[at..]), (int)depth);
            };
        },
        NotDifferentiable = "TensorFlow registers none; the output is constant between indices",
        Source = "TF 1.14 OneHot",
    };
}

public static partial class Op
{
    /// <summary>For each index a vector that is on at the index and off elsewhere.</summary>
    /// <param name="indices">uint8, int32 or int64 of any shape; one out of range gives a vector that is off throughout.</param>
    /// <param name="depth">The length of the vectors.</param>
    /// <param name="onValue">The value at the index. Default: 1.</param>
    /// <param name="offValue">The value elsewhere. Default: 0.</param>
    /// <param name="axis">Where the new dimension stands; -1 (the default) puts it last.</param>
    /// <param name="dtype">The dtype when on and off are numbers. Default: float32.</param>
    /// <param name="name">The name; <c>one_hot</c> when null.</param>
    public static Output OneHot(Output indices, Operand depth, Operand? onValue = null, Operand? offValue = null, int axis = -1,
        DType dtype = DType.Float32, string? name = null)
    {
        Graph graph = indices.Graph;
        using NameScope scope = graph.NameScope(name ?? "one_hot");
        Output length = depth.In(graph, DType.Int32, "depth");
        Output on = (onValue ?? 1).In(graph, offValue?.Output?.DType ?? dtype, "on_value");
        return graph.Add(Cards.OneHot, scope.Name + "/", [indices, length, on, (offValue ?? 0).In(graph, on.DType, "off_value")],
            ("axis", (long)axis)).Output;
    }
}
