using Ballast.Graphs;
using Ballast.Kernels.Reductions;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>The position of the largest element along an axis.</summary>
    public static readonly OpCard ArgMax = ArgExtreme("ArgMax", smallest: false,
        "The position of the largest element along an axis, the first of equals; NaN is never the largest.");

    /// <summary>The position of the smallest element along an axis.</summary>
    public static readonly OpCard ArgMin = ArgExtreme("ArgMin", smallest: true,
        "The position of the smallest element along an axis, the first of equals; NaN is never the smallest.");

    private static OpCard ArgExtreme(string type, bool smallest, string summary) => new(type)
    {
        Summary = summary,
        Signature = "input: T, dimension: Tidx -> output: output_type",
        Attributes = "T: number; Tidx: index = int32; output_type: index = int64",
        Shape = context =>
        {
            Shape shape = context.Input(0);
            context.WithRank(1, 0);
            if (!shape.HasRank) return;
            if (shape.Rank == 0) throw context.Mismatch("an input with a dimension", "a scalar", "Reshape it to a vector.");
            context.SetOutput(0, context.Constant(1) is { } axis
                ? ReducedShape.Of(shape, [context.Axis(Integers.At(axis, 0), shape.Rank)], keepsDimensions: false)
                : Shape.UnknownOfRank(shape.Rank - 1));
        },
        Kernel = operation =>
        {
            DType dtype = TypeSets.Computed(operation), outputType = operation["output_type"].Type;
            return context =>
            {
                Value x = context.Input(0);
                int axis = Integers.Axis(context, 1, x.Shape.Rank);
                if (x.Shape[axis] == 0)
                    throw context.Invalid($"Reduction axis {axis} is empty in shape {x.Shape}. Expected an axis with elements.");
                Shape shape = ReducedShape.Of(x.Shape, [axis], keepsDimensions: false);
                Value y = context.Output(0, outputType, shape);
                Value positions = outputType == DType.Int64 ? y : context.Temporary(DType.Int64, shape);
                ArgLoop.Run(smallest, dtype, x.Bytes, x.Shape, axis, positions.Elements<long>());
                if (outputType != DType.Int64)
                    Kernels.Elementwise.Cast.Run(DType.Int64, positions.Bytes, outputType, y.Bytes);
            };
        },
        NotDifferentiable = "integer output",
        Source = $"TF 1.14 {type}",
    };
}

public static partial class Op
{
    /// <summary>The position of the largest element along <paramref name="axis"/>, the first of equals.</summary>
    /// <param name="x">Numbers with at least one dimension. NaN is never the largest; where all are NaN or -Inf, 0.</param>
    /// <param name="axis">The dimension that is searched and removed. Default: 0.</param>
    /// <param name="outputType">int64 (the default) or int32.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output ArgMax(Output x, Operand? axis = null, DType outputType = DType.Int64, string? name = null) =>
        Searched(Cards.ArgMax, x, axis ?? 0, outputType, name);

    /// <summary>The position of the smallest element along <paramref name="axis"/>, the first of equals.</summary>
    /// <param name="x">Numbers with at least one dimension. NaN is never the smallest; where all are NaN or +Inf, 0.</param>
    /// <param name="axis">The dimension that is searched and removed. Default: 0.</param>
    /// <param name="outputType">int64 (the default) or int32.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output ArgMin(Output x, Operand? axis = null, DType outputType = DType.Int64, string? name = null) =>
        Searched(Cards.ArgMin, x, axis ?? 0, outputType, name);

    private static Output Searched(OpCard card, Output x, Operand axis, DType outputType, string? name)
    {
        using NameScope scope = x.Graph.NameScope(name ?? card.Type);
        Output dimension = axis.In(x.Graph, DType.Int32, "dimension");
        return x.Graph.Add(card, $"{scope.Name}/", [x, dimension], ("output_type", outputType)).Output;
    }
}
