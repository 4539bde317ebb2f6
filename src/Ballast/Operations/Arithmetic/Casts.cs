using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Conversion to another dtype.</summary>
    public static readonly OpCard Cast = new("Cast")
    {
        Summary = "Every element in another dtype: floats are rounded, lose their fraction on the way to integers, and are true when not 0.",
        Signature = "x: SrcT -> y: DstT",
        Attributes = "SrcT: type; DstT: type; Truncate: bool = false",
        Shape = context => context.SetOutput(0, context.Input(0)),
        PartialShape = operation => operation.Outputs[0].DType.IsInteger() && operation.Inputs[0].DType.IsInteger()
            ? ConstantFolding.AsShape(operation.Inputs[0])
            : null,
        Kernel = operation =>
        {
            DType from = TypeSets.Computed(operation, "SrcT"), to = TypeSets.Computed(operation, "DstT");
            if (from == to) return context => context.Forward(0, 0);
            if (from.Size() == 0 || to.Size() == 0)
                throw new UnimplementedException(operation, $"Ballast does not cast {from.Name()} to {to.Name()}.");
            return context =>
            {
                Value x = context.Input(0);
                Kernels.Elementwise.Cast.Run(from, x.Bytes, to, context.Output(0, to, x.Shape).Bytes);
            };
        },
        Gradient = context => context.X().DType.IsFloating() && context.Dy.DType.IsFloating()
            ? [Op.Cast(context.Dy, context.X().DType)]
            : [null],
        Hazards =
        [
            Hazard.Forward("|x| > 65504 to float16, > 3.4e38 to float32", "y = ±Inf", "scale before the cast, or cast to bfloat16"),
        ],
        Source = "TF 1.14 Cast, _CastGrad",
    };
}

public static partial class Op
{
    /// <summary>
    /// Every element as <paramref name="dtype"/>; <paramref name="x"/> itself when it has that dtype already. Between
    /// floats it rounds to nearest, ties to even, and overflows to ±Inf; to integers it cuts off the fraction.
    /// </summary>
    public static Output Cast(Output x, DType dtype, string? name = null) =>
        x.DType == dtype ? x : x.Graph.Add(Cards.Cast, name, [x], ("DstT", dtype)).Output;
}
