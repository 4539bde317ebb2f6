using Ballast.Graphs;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    private const string FloatingActivation = "T: {half, bfloat16, float, double}";

    /// <summary>max(x, 0).</summary>
    public static readonly OpCard Relu = Activation("Relu", "max(x, 0): NaN stays NaN.",
        _ => default(Kernels.Elementwise.Relu), "T: real",
        context => [Op.Pair(ReluGrad!, context.Dy, context.Y())]);

    /// <summary>min(max(x, 0), 6).</summary>
    public static readonly OpCard Relu6 = Activation("Relu6", "min(max(x, 0), 6): NaN stays NaN.",
        _ => default(Kernels.Elementwise.Relu6), "T: real",
        context => [Op.Pair(Relu6Grad!, context.Dy, context.Y())]);

    /// <summary>max(x, alpha·x).</summary>
    public static readonly OpCard LeakyRelu = Activation("LeakyRelu", "max(x, alpha·x): a slope of alpha below 0.",
        operation => new Kernels.Elementwise.LeakyRelu(operation["alpha"].Float), $"alpha: float = 0.2; {FloatingActivation}",
        context => [context.Graph.Add(LeakyReluGrad!, null, [context.Dy, context.X()],
            ("alpha", context.Operation["alpha"])).Output]);

    /// <summary>x, and eˣ - 1 below 0.</summary>
    public static readonly OpCard Elu = Activation("Elu", "x, and eˣ - 1 below 0.",
        _ => default(Kernels.Elementwise.Elu), FloatingActivation,
        context => [Op.Pair(EluGrad!, context.Dy, context.Y())]);

    /// <summary>scale·x, and scale·alpha·(eˣ - 1) below 0, with constants that keep mean 0 and variance 1.</summary>
    public static readonly OpCard Selu = Activation("Selu",
        "1.0507·x, and 1.7581·(eˣ - 1) below 0 (Klambauer et al. 2017): keeps mean 0 and variance 1.",
        _ => default(Kernels.Elementwise.Selu), FloatingActivation,
        context => [Op.Pair(SeluGrad!, context.Dy, context.Y())],
        Hazard.Forward("x beyond the dtype's largest number / 1.0507", "y = +Inf", "keep activations in range: normalise them"));

    /// <summary>ln(1 + eˣ).</summary>
    public static readonly OpCard Softplus = Activation("Softplus", "ln(1 + eˣ): never overflows for finite x.",
        _ => default(Kernels.Elementwise.Softplus), FloatingActivation,
        context => [context.Dy * Op.Sigmoid(context.X())]);

    /// <summary>x / (1 + |x|).</summary>
    public static readonly OpCard Softsign = Activation("Softsign", "x / (1 + |x|): NaN at ±Inf.",
        _ => default(Kernels.Elementwise.Softsign), FloatingActivation,
        context => [Op.Pair(SoftsignGrad!, context.Dy, context.X())]);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static readonly OpCard Sigmoid = Activation("Sigmoid", "1 / (1 + e⁻ˣ): 0 at -Inf, 1 at +Inf.",
        _ => default(Kernels.Elementwise.Sigmoid), FloatingActivation,
        context => [Op.Pair(SigmoidGrad!, context.Y(), context.Dy)], input: "x", output: "y");

    /// <summary>The hyperbolic tangent.</summary>
    public static readonly OpCard Tanh = Activation("Tanh", "The hyperbolic tangent: -1 at -Inf, 1 at +Inf.",
        _ => default(Kernels.Elementwise.Tanh), FloatingActivation,
        context => [Op.Pair(TanhGrad!, context.Y(), context.Dy)], input: "x", output: "y");

    private static OpCard Activation<TOp>(string type, string summary, Func<Operation, TOp> read, string attributes,
        GradientRule gradient, Hazard? hazard = null, string input = "features", string output = "activations")
        where TOp : struct, IUnaryOperator => new(type)
        {
            Summary = summary,
            Signature = $"{input}: T -> {output}: T",
            Attributes = attributes,
            Shape = context => context.SetOutput(0, context.Input(0)),
            Kernel = operation =>
            {
                TOp op = read(operation);
                DType dtype = operation["T"].Type;
                return context =>
                {
                    Value x = context.Input(0);
                    Value y = context.OutputInPlaceOf(0, 0, dtype, x.Shape);
                    UnaryLoop.Run(op, dtype, x.Bytes, y.Bytes);
                };
            },
            Gradient = gradient,
            Hazards = hazard is null ? [] : [hazard],
            Source = $"TF 1.14 {type}, _{type}Grad",
        };
}

public static partial class Op
{
    /// <summary>max(<paramref name="x"/>, 0), element by element. NaN stays NaN; the gradient at 0 is 0.</summary>
    public static Output Relu(Output x, string? name = null) => x.Graph.Add(Cards.Relu, name, [x]).Output;

    /// <summary>min(max(<paramref name="x"/>, 0), 6), element by element. NaN stays NaN; the gradient at 0 and 6 is 0.</summary>
    public static Output Relu6(Output x, string? name = null) => x.Graph.Add(Cards.Relu6, name, [x]).Output;

    /// <summary>max(<paramref name="x"/>, <paramref name="alpha"/>·<paramref name="x"/>), element by element.</summary>
    /// <param name="x">A floating output.</param>
    /// <param name="alpha">The slope below 0. Default: 0.2.</param>
    /// <param name="name">The name; <c>LeakyRelu</c> when null.</param>
    public static Output LeakyRelu(Output x, float alpha = 0.2f, string? name = null) =>
        x.Graph.Add(Cards.LeakyRelu, name, [x], ("alpha", alpha)).Output;

    /// <summary><paramref name="x"/> where it is not negative, eˣ - 1 where it is.</summary>
    public static Output Elu(Output x, string? name = null) => x.Graph.Add(Cards.Elu, name, [x]).Output;

    /// <summary>The self-normalising unit of Klambauer et al. 2017: 1.0507·x, and 1.7581·(eˣ - 1) below 0.</summary>
    public static Output Selu(Output x, string? name = null) => x.Graph.Add(Cards.Selu, name, [x]).Output;

    /// <summary>ln(1 + eˣ), element by element; never overflows for finite <paramref name="x"/>.</summary>
    public static Output Softplus(Output x, string? name = null) => x.Graph.Add(Cards.Softplus, name, [x]).Output;

    /// <summary>x / (1 + |x|), element by element; NaN at ±Inf.</summary>
    public static Output Softsign(Output x, string? name = null) => x.Graph.Add(Cards.Softsign, name, [x]).Output;

    /// <summary>1 / (1 + e⁻ˣ), element by element; 0 at -Inf, 1 at +Inf.</summary>
    public static Output Sigmoid(Output x, string? name = null) => x.Graph.Add(Cards.Sigmoid, name, [x]).Output;

    /// <summary>The hyperbolic tangent, element by element; -1 at -Inf, 1 at +Inf.</summary>
    public static Output Tanh(Output x, string? name = null) => x.Graph.Add(Cards.Tanh, name, [x]).Output;
}
