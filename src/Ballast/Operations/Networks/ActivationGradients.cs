using Ballast.Graphs;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    private const string DeadUnit = "a product, so ±Inf or NaN in the gradient gives NaN even where the unit is dead";

    /// <summary>The gradient of Relu: g · [x &gt; 0].</summary>
    public static readonly OpCard ReluGrad = ActivationGrad("ReluGrad", $"gradients · [features > 0]: {DeadUnit}.",
        _ => default(Kernels.Elementwise.ReluGrad), "T: real",
        context => [Op.Pair(ReluGrad!, context.Dy, context.X(1)), ZerosLikeInput(context, 1)], second: "features");

    /// <summary>The gradient of Relu6: g · [0 &lt; x &lt; 6].</summary>
    public static readonly OpCard Relu6Grad = ActivationGrad("Relu6Grad", $"gradients · [0 < features < 6]: {DeadUnit}.",
        _ => default(Kernels.Elementwise.Relu6Grad), "T: real",
        context => [Op.Pair(Relu6Grad!, context.Dy, context.X(1)), ZerosLikeInput(context, 1)], second: "features");

    /// <summary>The gradient of LeakyRelu: g where x &gt; 0, alpha·g elsewhere.</summary>
    public static readonly OpCard LeakyReluGrad = ActivationGrad("LeakyReluGrad", "gradients where features > 0, alpha · gradients elsewhere.",
        operation => new Kernels.Elementwise.LeakyReluGrad(operation["alpha"].Float), $"alpha: float = 0.2; {FloatingActivation}",
        context =>
        [
            context.Graph.Add(LeakyReluGrad!, null, [context.Dy, context.X(1)], ("alpha", context.Operation["alpha"])).Output,
            ZerosLikeInput(context, 1),
        ], second: "features");

    /// <summary>The gradient of Elu: g·(y + 1) where y &lt; 0, g elsewhere.</summary>
    public static readonly OpCard EluGrad = ActivationGrad("EluGrad", "gradients · (outputs + 1) where outputs < 0, gradients elsewhere.",
        _ => default(Kernels.Elementwise.EluGrad), FloatingActivation,
        context => [Op.Pair(EluGrad!, context.Dy, context.X(1)), WhereNegative(context)]);

    /// <summary>The gradient of Selu: g·(y + scale·alpha) where y &lt; 0, g·scale elsewhere.</summary>
    public static readonly OpCard SeluGrad = ActivationGrad("SeluGrad", "gradients · (outputs + 1.7581) where outputs < 0, 1.0507 · gradients elsewhere.",
        _ => default(Kernels.Elementwise.SeluGrad), FloatingActivation,
        context => [Op.Pair(SeluGrad!, context.Dy, context.X(1)), WhereNegative(context)]);

    /// <summary>The gradient of Softplus: g / (1 + e⁻ˣ).</summary>
    public static readonly OpCard SoftplusGrad = ActivationGrad("SoftplusGrad", "gradients / (1 + exp(-features)).",
        _ => default(Kernels.Elementwise.SoftplusGrad), FloatingActivation,
        context =>
        {
            (Output g, Output x, Output dy) = (context.X(0), context.X(1), context.Dy);
            using IDisposable after = context.AfterDy();
            return [Op.Pair(SoftplusGrad!, dy, x), dy * g / (Op.Exp(-x) + 2 + Op.Exp(x))];
        }, second: "features");

    /// <summary>The gradient of Softsign: g / (1 + |x|)².</summary>
    public static readonly OpCard SoftsignGrad = ActivationGrad("SoftsignGrad", "gradients / (1 + |features|)².",
        _ => default(Kernels.Elementwise.SoftsignGrad), FloatingActivation,
        context =>
        {
            // TensorFlow has none; this is d/dx (1 + |x|)⁻² = -2·sign(x)·(1 + |x|)⁻³.
            (Output g, Output x, Output dy) = (context.X(0), context.X(1), context.Dy);
            return [Op.Pair(SoftsignGrad!, dy, x), Op.Pair(SoftsignGrad!, dy * g, x) * -2 * Op.Sign(x) / (Op.Abs(x) + 1)];
        }, second: "features");

    /// <summary>The gradient of Sigmoid: g·y·(1 - y).</summary>
    public static readonly OpCard SigmoidGrad = ActivationGrad("SigmoidGrad", "dy · y · (1 - y), where y is the sigmoid.",
        _ => default(Kernels.Elementwise.SigmoidGrad), FloatingActivation,
        context =>
        {
            (Output y, Output g, Output dy) = (context.X(0), context.X(1), context.Dy);
            using IDisposable after = context.AfterDy();
            Output product = dy * g;
            return [product - (2 * product * y), Op.Pair(SigmoidGrad!, y, dy)];
        }, first: "y", second: "dy", output: "z", inPlace: 1);

    /// <summary>The gradient of Tanh: g·(1 - y²).</summary>
    public static readonly OpCard TanhGrad = ActivationGrad("TanhGrad", "dy · (1 - y²), where y is the hyperbolic tangent.",
        _ => default(Kernels.Elementwise.TanhGrad), FloatingActivation,
        context =>
        {
            (Output y, Output g, Output dy) = (context.X(0), context.X(1), context.Dy);
            using IDisposable after = context.AfterDy();
            return [dy * -2 * g * y, Op.Pair(TanhGrad!, y, dy)];
        }, first: "y", second: "dy", output: "z", inPlace: 1);

    private static OpCard ActivationGrad<TOp>(string type, string summary, Func<Operation, TOp> read, string attributes,
        GradientRule gradient, string first = "gradients", string second = "outputs", string output = "backprops", int inPlace = 0)
        where TOp : struct, IBinaryOperator => new(type)
        {
            Summary = summary,
            Signature = $"{first}: T, {second}: T -> {output}: T",
            Attributes = attributes,
            Shape = context => context.SetOutput(0, context.Merge(context.Input(0), context.Input(1), "two inputs of one shape")),
            Kernel = operation =>
            {
                TOp op = read(operation);
                DType dtype = operation["T"].Type;
                return context =>
                {
                    Value x = context.Input(0), y = context.Input(1);
                    if (x.Shape != y.Shape) throw context.Invalid($"Expected two inputs of one shape, got {x.Shape} and {y.Shape}.");
                    Value z = context.OutputInPlaceOf(inPlace, 0, dtype, x.Shape);
                    BinaryLoop.Run(op, dtype, x.Bytes, y.Bytes, z.Bytes, Broadcast.Of(x.Length, y.Length));
                };
            },
            Gradient = gradient,
            Source = $"TF 1.14 {type}",
        };

    private static Output ZerosLikeInput(GradientContext context, int input) =>
        Op.Zeros(Op.Shape(context.X(input)), context.X(input).DType);

    /// <summary>The derivative of g·(y + constant) by y, which holds where y &lt; 0.</summary>
    private static Output WhereNegative(GradientContext context)
    {
        Output y = context.X(1);
        return Op.Select(Op.Less(y, 0), context.Dy * context.X(0), Op.ZerosLike(y));
    }
}
