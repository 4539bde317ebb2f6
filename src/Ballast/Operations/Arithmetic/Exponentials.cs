using Ballast.Graphs;
using Ballast.Kernels.Elementwise;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>e to the power of every element.</summary>
    public static readonly OpCard Exp = new UnaryCard<Exp>("Exp", TypeSets.FloatingOrComplex, "eˣ, element by element.")
    {
        Gradient = context =>
        {
            using IDisposable after = context.AfterDy();
            return [context.Dy * context.Y()];
        },
        Hazards = [ExpOverflow],
        Source = "TF 1.14 Exp, _ExpGrad",
    };

    /// <summary>eˣ - 1 without cancellation near 0.</summary>
    public static readonly OpCard Expm1 = new UnaryCard<Expm1>("Expm1", TypeSets.FloatingOrComplex,
        "eˣ - 1, element by element, exact near 0.")
    {
        Gradient = context =>
        {
            using IDisposable after = context.AfterDy();
            return [context.Dy * Op.Exp(context.X())];
        },
        Hazards = [ExpOverflow],
        Source = "TF 1.14 Expm1, _Expm1Grad",
    };

    /// <summary>The natural logarithm of every element.</summary>
    public static readonly OpCard Log = new UnaryCard<Log>("Log", TypeSets.FloatingOrComplex, "ln x, element by element.")
    {
        Gradient = context =>
        {
            using IDisposable after = context.AfterDy();
            return [context.Dy * Op.Reciprocal(context.X())];
        },
        Hazards =
        [
            Hazard.Forward("x = 0", "y = -Inf", "keep x ≥ ε, or fuse into the cross-entropy"),
            Hazard.Forward("x < 0", "y = NaN", "look upstream: a probability went negative"),
            Hazard.Backward("0 < x < 2.9e-39 (float32)", "dx = ±Inf while y is a calm -89", "as for x = 0"),
            Hazard.Backward("x = 0, g = 0", "dx = NaN (0 · Inf), also behind a Select that drops y",
                "replace x by a safe value before the logarithm, not y after it"),
        ],
        Source = "TF 1.14 Log, _LogGrad",
    };

    /// <summary>ln(1 + x) without cancellation near 0.</summary>
    public static readonly OpCard Log1p = new UnaryCard<Log1p>("Log1p", TypeSets.FloatingOrComplex,
        "ln(1 + x), element by element, exact near 0.")
    {
        Gradient = context =>
        {
            using IDisposable after = context.AfterDy();
            return [context.Dy * Op.Reciprocal(1 + context.X())];
        },
        Hazards =
        [
            Hazard.Forward("x = -1", "y = -Inf", "keep x ≥ -1 + ε"),
            Hazard.Forward("x < -1", "y = NaN", "look upstream"),
        ],
        Source = "TF 1.14 Log1p, _Log1pGrad",
    };

    /// <summary>The error function.</summary>
    public static readonly OpCard Erf = new UnaryCard<Erf>("Erf", TypeSets.Floating, "erf x = 2/√π ∫₀ˣ e^(-t²) dt, element by element.")
    {
        Gradient = context => [ErrorFunctionGradient(context, 2 / Math.Sqrt(Math.PI))],
        Source = "TF 1.14 Erf, _ErfGrad",
    };

    /// <summary>The complement of the error function.</summary>
    public static readonly OpCard Erfc = new UnaryCard<Erfc>("Erfc", TypeSets.Floating, "1 - erf x, element by element, without cancellation.")
    {
        Gradient = context => [ErrorFunctionGradient(context, -2 / Math.Sqrt(Math.PI))],
        Source = "TF 1.14 Erfc, _ErfcGrad",
    };

    private static Hazard ExpOverflow => Hazard.Forward("x > 88.72 (float32), 709.78 (float64), 11.09 (float16)", "y = +Inf",
        "subtract the maximum first (log-sum-exp)");

    private static Output ErrorFunctionGradient(GradientContext context, double factor)
    {
        Output scale = context.Graph.Constant(Scalars.Of(factor, context.Dy.DType, "Const"));
        using IDisposable after = context.AfterDy();
        return context.Dy * scale * Op.Exp(-Op.Square(context.X()));
    }
}

public static partial class Op
{
    /// <summary>eˣ, element by element: +Inf beyond 88.72 in float32.</summary>
    public static Output Exp(Output x, string? name = null) => Unary(Cards.Exp, x, name);

    /// <summary>eˣ - 1, element by element, exact near 0.</summary>
    public static Output Expm1(Output x, string? name = null) => Unary(Cards.Expm1, x, name);

    /// <summary>ln x, element by element: -Inf at 0, NaN below.</summary>
    public static Output Log(Output x, string? name = null) => Unary(Cards.Log, x, name);

    /// <summary>ln(1 + x), element by element, exact near 0: -Inf at -1, NaN below.</summary>
    public static Output Log1p(Output x, string? name = null) => Unary(Cards.Log1p, x, name);

    /// <summary>The error function, element by element: odd, from -1 to 1.</summary>
    public static Output Erf(Output x, string? name = null) => Unary(Cards.Erf, x, name);

    /// <summary>1 - erf x, element by element, without cancellation for large x.</summary>
    public static Output Erfc(Output x, string? name = null) => Unary(Cards.Erfc, x, name);
}
