using Ballast.Graphs;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>The square of every element.</summary>
    public static readonly OpCard Square = new UnaryCard<Square>("Square", TypeSets.Fewer, "x², element by element.")
    {
        Gradient = context =>
        {
            using IDisposable after = context.AfterDy();
            Output two = context.Graph.Constant(Scalars.Of(2, context.X().DType, "Const"));
            return [Op.Multiply(context.Dy, Op.Multiply(context.X(), two))];
        },
        Hazards = [Hazard.Forward("|x| > 1.8e19 (float32), 255 (float16)", "y = +Inf",
            "scale before squaring; norms here are summed in float64")],
        Source = "TF 1.14 Square, _SquareGrad",
    };

    /// <summary>The square of a difference.</summary>
    public static readonly OpCard SquaredDifference = new BinaryCard<SquaredDifference>("SquaredDifference", TypeSets.Fewer,
        "(x - y)², element by element, broadcasting.")
    {
        Gradient = context =>
        {
            Output? twice = null;
            return BroadcastGradients.Reduce(context, Twice, Twice, static sum => -sum);

            Output Twice()
            {
                if (twice is not null) return twice;
                using IDisposable after = context.AfterDy();
                Output two = context.Graph.Constant(Scalars.Of(2, context.Dy.DType, "scalar"), "scalar");
                return twice = Op.Multiply(two, context.Dy) * (context.X(0) - context.X(1));
            }
        },
        Hazards = [Hazard.Forward("|x - y| > 1.8e19 (float32), 255 (float16)", "z = +Inf", "scale the inputs")],
        Source = "TF 1.14 SquaredDifference, _SquaredDifferenceGrad",
    };

    /// <summary>The square root of every element.</summary>
    public static readonly OpCard Sqrt = new UnaryCard<Sqrt>("Sqrt", TypeSets.FloatingOrComplex, "√x, element by element.")
    {
        Gradient = context => [Op.Pair(SqrtGrad!, context.Y(), context.Dy)],
        Hazards =
        [
            Hazard.Forward("x < 0", "y = NaN", "look upstream: a variance or a sum of squares went negative"),
            Hazard.Backward("x = 0", "dx = ±Inf while y = 0 (0 where g = 0)", "add an ε inside the root"),
        ],
        Source = "TF 1.14 Sqrt, _SqrtGrad",
    };

    /// <summary>The gradient of <see cref="Sqrt"/>.</summary>
    public static readonly OpCard SqrtGrad = new PairCard<SqrtGrad>("SqrtGrad", "y: T, dy: T -> z: T", TypeSets.FloatingOrComplex,
        "dy/2 / y with y = √x; 0 where dy = 0.")
    {
        Gradient = context =>
        {
            using IDisposable after = context.AfterDy();
            Output ratio = context.Dy / context.X(0);
            return [-ratio * context.Y(), 0.5 * ratio];
        },
        Hazards = [Hazard.Forward("y = 0, dy ≠ 0", "z = ±Inf", "add an ε inside the root")],
        Source = "TF 1.14 SqrtGrad, _SqrtGradGrad",
    };

    /// <summary>The reciprocal square root of every element.</summary>
    public static readonly OpCard Rsqrt = new UnaryCard<Rsqrt>("Rsqrt", TypeSets.FloatingOrComplex, "1 / √x, element by element.")
    {
        Gradient = context => [Op.Pair(RsqrtGrad!, context.Y(), context.Dy)],
        Hazards =
        [
            Hazard.Forward("x = 0", "y = +Inf", "add an ε inside the root"),
            Hazard.Forward("x < 0", "y = NaN", "look upstream: a variance went negative"),
            Hazard.Backward("0 < x < 1.2e-26 (float32)", "dx = ±Inf while y is finite", "add an ε inside the root"),
        ],
        Source = "TF 1.14 Rsqrt, _RsqrtGrad",
    };

    /// <summary>The gradient of <see cref="Rsqrt"/>.</summary>
    public static readonly OpCard RsqrtGrad = new PairCard<RsqrtGrad>("RsqrtGrad", "y: T, dy: T -> z: T", TypeSets.FloatingOrComplex,
        "-dy/2 · y³ with y = 1 / √x; 0 where dy = 0.")
    {
        Gradient = context =>
        {
            using IDisposable after = context.AfterDy();
            return
            [
                -1.5 * context.Dy * context.X(1) * Op.Square(context.X(0)),
                Op.Pair(RsqrtGrad!, context.X(0), context.Dy),
            ];
        },
        Hazards = [Hazard.Forward("|dy · y³| beyond the dtype's largest number", "z = ±Inf", "add an ε inside the root")],
        Source = "TF 1.14 RsqrtGrad, _RsqrtGradGrad",
    };

    /// <summary>One over every element.</summary>
    public static readonly OpCard Reciprocal = Inverse("Reciprocal");

    /// <summary>One over every element, under TensorFlow's older name.</summary>
    public static readonly OpCard Inv = Inverse("Inv");

    /// <summary>The gradient of <see cref="Reciprocal"/>.</summary>
    public static readonly OpCard ReciprocalGrad = InverseGrad("ReciprocalGrad");

    /// <summary>The gradient of <see cref="Inv"/>.</summary>
    public static readonly OpCard InvGrad = InverseGrad("InvGrad");

    /// <summary>One value to the power of another.</summary>
    public static readonly OpCard Pow = new BinaryCard<Pow>("Pow", "{bfloat16, float, half, double, int32, int64, complex64, complex128}",
        "xʸ, element by element, broadcasting; 0⁰ = 1.")
    {
        Gradient = context =>
        {
            (Output x, Output y) = (context.X(0), context.X(1));
            return BroadcastGradients.Reduce(context,
                () => context.Dy * y * Op.Pow(x, y - 1),
                () =>
                {
                    Output positive = Op.Greater(x, 0);
                    Output safe = Op.Select(positive, x, Op.OnesLike(x));
                    return context.Dy * context.Y() * Op.Select(positive, Op.Log(safe), Op.ZerosLike(x));
                });
        },
        Hazards =
        [
            Hazard.Forward("x < 0, y no integer", "z = NaN", "keep the base ≥ 0"),
            Hazard.Forward("x = 0, y < 0", "z = +Inf", "keep the base ≥ ε"),
            Hazard.Forward("xʸ beyond the dtype's largest number", "z = +Inf", "compute y·ln x instead"),
            Hazard.Backward("x = 0, 0 < y < 1", "dx = ±Inf while z = 0", "keep the base ≥ ε"),
            Hazard.Backward("x = 0, y = 0", "dx = NaN (0 · Inf) while z = 1", "keep the base ≥ ε"),
        ],
        Source = "TF 1.14 Pow, _PowGrad",
    };

    private static UnaryCard<Reciprocal> Inverse(string type) => new(type, TypeSets.Fewer, "1 / x, element by element.")
    {
        Gradient = context => [Op.Pair(ReciprocalGrad!, context.Y(), context.Dy)],
        Kernel = InverseKernel,
        Hazards =
        [
            Hazard.Forward("x = 0", "y = ±Inf", "keep |x| ≥ ε, or use DivNoNan"),
            Hazard.Backward("0 < |x| < 5.4e-20 (float32)", "dx = ±Inf while y is finite", "keep |x| ≥ ε"),
        ],
        Source = $"TF 1.14 {type}, _{type}Grad",
    };

    private static PairCard<ReciprocalGrad> InverseGrad(string type) =>
        new(type, "y: T, dy: T -> z: T", TypeSets.FloatingOrComplex, "-dy · y² with y = 1 / x; 0 where dy = 0.")
        {
            Gradient = context =>
            {
                using IDisposable after = context.AfterDy();
                return
                [
                    context.Dy * -2.0 * context.X(1) * context.X(0),
                    Op.Pair(ReciprocalGrad!, context.X(0), context.Dy),
                ];
            },
            Hazards = [Hazard.Forward("|dy · y²| beyond the dtype's largest number", "z = ±Inf", "keep |x| ≥ ε")],
            Source = $"TF 1.14 {type}, _{type}Grad",
        };

    // An integer 0 has no reciprocal, and TensorFlow says so as it does for divisions.
    private static Kernel InverseKernel(Operation operation)
    {
        DType dtype = TypeSets.Computed(operation);
        return context =>
        {
            Value x = context.Input(0);
            Value y = context.OutputInPlaceOf(0, 0, dtype, x.Shape);
            try
            {
                UnaryLoop.Run(default(Reciprocal), dtype, x.Bytes, y.Bytes);
            }
            catch (DivideByZeroException)
            {
                throw context.Invalid("Integer division by zero. Keep the divisor away from 0, or divide floats.");
            }
        };
    }
}

public static partial class Op
{
    /// <summary>x², element by element.</summary>
    public static Output Square(Output x, string? name = null) => Unary(Cards.Square, x, name);

    /// <summary>(x - y)², element by element, broadcasting.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output SquaredDifference(Operand x, Operand y, string? name = null) =>
        Binary(Cards.SquaredDifference, name ?? "SquaredDifference", x, y);

    /// <summary>√x, element by element: NaN below 0. The gradient at 0 is infinite.</summary>
    public static Output Sqrt(Output x, string? name = null) => Unary(Cards.Sqrt, x, name);

    /// <summary>1 / √x, element by element: +Inf at 0, NaN below.</summary>
    public static Output Rsqrt(Output x, string? name = null) => Unary(Cards.Rsqrt, x, name);

    /// <summary>1 / x, element by element: ±Inf at ±0.</summary>
    public static Output Reciprocal(Output x, string? name = null) => Unary(Cards.Reciprocal, x, name);

    /// <summary>xʸ, element by element, broadcasting. 0⁰ is 1; a negative base with a fractional power gives NaN.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output Pow(Operand x, Operand y, string? name = null) => Binary(Cards.Pow, name ?? "Pow", x, y);

    /// <summary>Adds an operation of two inputs that stands in a gradient.</summary>
    internal static Output Pair(OpCard card, Output first, Output second) => first.Graph.Add(card, null, [first, second]).Output;
}
