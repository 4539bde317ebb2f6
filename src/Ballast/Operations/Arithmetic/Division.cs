using Ballast.Graphs;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    private const string Remainders = "{int32, int64, bfloat16, half, float, double}";

    /// <summary>Quotient of two values, element by element; integers round towards 0.</summary>
    public static readonly OpCard Div = Quotient<Div>("Div", "x / y, element by element, broadcasting; integers round towards 0.");

    /// <summary>Quotient of two values, element by element: the division of TensorFlow's <c>/</c> on floats.</summary>
    public static readonly OpCard RealDiv = Quotient<Div>("RealDiv", "x / y, element by element, broadcasting.");

    /// <summary>Quotient that is 0 where the divisor is 0.</summary>
    public static readonly OpCard DivNoNan =
        new BinaryCard<DivNoNan>("DivNoNan", "{half, float, double, complex64, complex128}",
            "x / y, element by element, broadcasting; 0 where y = 0, whatever x is.")
        {
            Gradient = context => QuotientGradient(context, static (x, y) => Op.DivideNoNan(x, y)),
            Hazards =
            [
                Hazard.Forward("|x / y| beyond the dtype's largest number, y ≠ 0", "z = ±Inf", "scale the inputs"),
                Hazard.Backward("|g·x / y²| beyond the dtype's largest number, y ≠ 0", "dy = ±Inf while z is finite",
                    "keep |y| ≥ ε; only y = 0 itself is safe"),
            ],
            Source = "TF 1.14 DivNoNan, _DivNoNanGrad",
        };

    /// <summary>Quotient rounded towards -∞.</summary>
    public static readonly OpCard FloorDiv = new BinaryCard<FloorDiv>("FloorDiv", TypeSets.More,
        "⌊x / y⌋, element by element, broadcasting; the division of Python's //.")
    {
        NotDifferentiable = "piecewise constant",
        Hazards = [ByZero],
        Source = "TF 1.14 FloorDiv, _FloorDivGrad",
    };

    /// <summary>Quotient rounded towards 0.</summary>
    public static readonly OpCard TruncateDiv = new BinaryCard<TruncateDiv>("TruncateDiv", TypeSets.More,
        "x / y rounded towards 0, element by element, broadcasting.")
    {
        NotDifferentiable = "piecewise constant",
        Hazards = [ByZero],
        Source = "TF 1.14 TruncateDiv, _TruncateDivGrad",
    };

    /// <summary>Remainder with the sign of the divisor.</summary>
    public static readonly OpCard FloorMod = new BinaryCard<FloorMod>("FloorMod", Remainders,
        "x - ⌊x / y⌋·y, element by element, broadcasting: the remainder of Python's %.")
    {
        Gradient = context => BroadcastGradients.Reduce(context, () => context.Dy,
            () => context.Dy * -Op.FloorDiv(context.X(0), context.X(1))),
        Hazards = [Remainder],
        Source = "TF 1.14 FloorMod, _FloorModGrad",
    };

    /// <summary>Remainder with the sign of the dividend, under TensorFlow's older name.</summary>
    public static readonly OpCard Mod = TruncatedRemainder("Mod");

    /// <summary>Remainder with the sign of the dividend.</summary>
    public static readonly OpCard TruncateMod = TruncatedRemainder("TruncateMod");

    private static Hazard ByZero => Hazard.Forward("y = 0", "z = ±Inf, or NaN where x = 0 too",
        "DivNoNan gives 0 there; or replace y before the division, a Select after it does not save the gradient");

    private static Hazard Remainder => Hazard.Forward("y = 0", "z = NaN", "keep y away from 0");

    private static BinaryCard<TOp> Quotient<TOp>(string type, string summary) where TOp : struct, IBinaryOperator =>
        new(type, TypeSets.More, summary)
        {
            Gradient = context => QuotientGradient(context, static (x, y) => Op.RealDivide(x, y)),
            Hazards =
            [
                ByZero,
                Hazard.Backward("|g·x / y²| beyond the dtype's largest number", "dy = ±Inf while z is finite",
                    "keep |y| ≥ ε"),
            ],
            Source = $"TF 1.14 {type}, _{type}Grad",
        };

    private static BinaryCard<TruncateMod> TruncatedRemainder(string type) => new(type, Remainders,
        "The remainder of x / y rounded towards 0, element by element, broadcasting: C's fmod.")
    {
        GradientDisabled = "TensorFlow 1.14 registers none. Use FloorMod.",
        Hazards = [Remainder],
        Source = $"TF 1.14 {type}",
    };

    // Two divisions and then the product, as TensorFlow has it: y² alone may leave the range.
    private static Gradient?[] QuotientGradient(GradientContext context, Func<Output, Output, Output> divide)
    {
        (Output x, Output y) = (context.X(0), context.X(1));
        return BroadcastGradients.Reduce(context, () => divide(context.Dy, y), () => context.Dy * divide(divide(-x, y), y));
    }
}

public static partial class Op
{
    /// <summary>x / y, element by element, broadcasting. Integers are cast to floats first, as Python 3 divides.</summary>
    /// <remarks>8- and 16-bit integers become float32, larger ones float64. ±Inf at y = 0, NaN at 0 / 0.</remarks>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output Divide(Operand x, Operand y, string? name = null)
    {
        DType dtype = (x.Output ?? y.Output)?.DType ?? DType.Float32;
        if (!dtype.IsInteger()) return Binary(Cards.RealDiv, name ?? "truediv", x, y);
        Output known = (x.Output ?? y.Output)!;
        DType floating = dtype is DType.Int8 or DType.UInt8 or DType.Int16 or DType.UInt16 ? DType.Float32 : DType.Float64;
        using NameScope scope = known.Graph.NameScope(name ?? "truediv");
        Output left = Cast(x.In(known.Graph, dtype, "x"), floating), right = Cast(y.In(known.Graph, dtype, "y"), floating);
        return known.Graph.Add(Cards.RealDiv, $"{scope.Name}/", [left, right]).Output;
    }

    /// <summary>x / y, element by element, broadcasting, as the operation RealDiv.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output RealDivide(Operand x, Operand y, string? name = null) => Binary(Cards.RealDiv, name ?? "RealDiv", x, y);

    /// <summary>x / y as the operation Div: integers round towards 0.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output Div(Operand x, Operand y, string? name = null) => Binary(Cards.Div, name ?? "Div", x, y);

    /// <summary>x / y, and 0 where y = 0, element by element, broadcasting.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output DivideNoNan(Operand x, Operand y, string? name = null) =>
        Binary(Cards.DivNoNan, name ?? "div_no_nan", x, y);

    /// <summary>⌊x / y⌋, element by element, broadcasting. An integer y = 0 fails the run.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output FloorDiv(Operand x, Operand y, string? name = null) => Binary(Cards.FloorDiv, name ?? "floordiv", x, y);

    /// <summary>x / y rounded towards 0, element by element, broadcasting. An integer y = 0 fails the run.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output TruncateDiv(Operand x, Operand y, string? name = null) =>
        Binary(Cards.TruncateDiv, name ?? "TruncateDiv", x, y);

    /// <summary>The remainder of x / y with the sign of y, element by element, broadcasting.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output FloorMod(Operand x, Operand y, string? name = null) => Binary(Cards.FloorMod, name ?? "FloorMod", x, y);

    /// <summary>The remainder of x / y with the sign of x, element by element, broadcasting.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output TruncateMod(Operand x, Operand y, string? name = null) =>
        Binary(Cards.TruncateMod, name ?? "TruncateMod", x, y);
}
