using Ballast.Graphs;
using Ballast.Kernels.Reductions;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Running sums along an axis.</summary>
    public static readonly OpCard Cumsum = new("Cumsum")
    {
        Summary = "Running sums along an axis. Floats run in float64 and each sum is rounded once.",
        Signature = "x: T, axis: Tidx -> out: T",
        Attributes = "exclusive: bool = false; reverse: bool = false; T: number; Tidx: index = int32",
        Shape = ScanShape,
        Kernel = ScanKernel<Sum>,
        Gradient = context =>
            [Op.Cumsum(context.Dy, context.X(1), context.Operation["exclusive"].Bool, !context.Operation["reverse"].Bool), null],
        Hazards = [Overflow("a running |Σ x|")],
        Source = "TF 1.14 Cumsum, _CumsumGrad",
    };

    /// <summary>Running products along an axis.</summary>
    public static readonly OpCard Cumprod = new("Cumprod")
    {
        Summary = "Running products along an axis. Floats run in float64 and each product is rounded once.",
        Signature = "x: T, axis: Tidx -> out: T",
        Attributes = "exclusive: bool = false; reverse: bool = false; T: number; Tidx: index = int32",
        Shape = ScanShape,
        Kernel = ScanKernel<Prod>,
        Gradient = context =>
        {
            (bool exclusive, bool reverse) = (context.Operation["exclusive"].Bool, context.Operation["reverse"].Bool);
            Output products = Op.Cumprod(context.X(0), context.X(1), exclusive, reverse);
            return [Op.Cumsum(products * context.Dy, context.X(1), exclusive, !reverse) / context.X(0), null];
        },
        Hazards =
        [
            Overflow("a running |Π x|"),
            Hazard.Backward("x = 0", "dx = NaN (0 / 0) while the products are finite", "keep |x| ≥ ε, or sum logarithms"),
        ],
        Source = "TF 1.14 Cumprod, _CumprodGrad",
    };

    private static void ScanShape(ShapeContext context)
    {
        Shape shape = context.Input(0);
        if (shape.HasRank && context.Constant(1) is { Length: 1 } axis) context.Axis(Integers.At(axis, 0), shape.Rank);
        context.SetOutput(0, shape);
    }

    private static Kernel ScanKernel<TOp>(Operation operation) where TOp : struct, IReducer
    {
        DType dtype = TypeSets.Computed(operation);
        bool exclusive = operation["exclusive"].Bool, reverse = operation["reverse"].Bool;
        return context =>
        {
            Value x = context.Input(0);
            int axis = Integers.Axis(context, 1, x.Shape.Rank);
            Value y = context.OutputInPlaceOf(0, 0, dtype, x.Shape);
            Scan.Run(default(TOp), dtype, x.Bytes, x.Shape, axis, exclusive, reverse, y.Bytes);
        };
    }
}

public static partial class Op
{
    /// <summary>Running sums along <paramref name="axis"/>.</summary>
    /// <param name="x">Numbers with at least one dimension.</param>
    /// <param name="axis">The dimension along which to sum. Default: 0.</param>
    /// <param name="exclusive">Whether an element is left out of its own sum, so that the first is 0. Default: false.</param>
    /// <param name="reverse">Whether to run from the end. Default: false.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output Cumsum(Output x, Operand? axis = null, bool exclusive = false, bool reverse = false, string? name = null) =>
        Scanned(Cards.Cumsum, x, axis ?? 0, exclusive, reverse, name);

    /// <summary>Running products along <paramref name="axis"/>. The gradient is NaN where an element is 0.</summary>
    /// <param name="x">Numbers with at least one dimension.</param>
    /// <param name="axis">The dimension along which to multiply. Default: 0.</param>
    /// <param name="exclusive">Whether an element is left out of its own product, so that the first is 1. Default: false.</param>
    /// <param name="reverse">Whether to run from the end. Default: false.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output Cumprod(Output x, Operand? axis = null, bool exclusive = false, bool reverse = false, string? name = null) =>
        Scanned(Cards.Cumprod, x, axis ?? 0, exclusive, reverse, name);

    private static Output Scanned(OpCard card, Output x, Operand axis, bool exclusive, bool reverse, string? name)
    {
        using NameScope scope = x.Graph.NameScope(name ?? card.Type);
        return x.Graph.Add(card, $"{scope.Name}/", [x, axis.In(x.Graph, DType.Int32, "axis")],
            ("exclusive", exclusive), ("reverse", reverse)).Output;
    }
}
