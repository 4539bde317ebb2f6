using Ballast.Graphs;
using Ballast.Kernels.Normalization;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    private const string LocalResponseAttributes =
        "depth_radius: int = 5; bias: float = 1.0; alpha: float = 1.0; beta: float = 0.5; T: {half, bfloat16, float} = float";

    /// <summary>Normalises each element by the squares of its neighbours in other channels.</summary>
    public static readonly OpCard LRN = new("LRN")
    {
        Summary = "input / (bias + alpha · Σ input²)^beta, where the sum is over the channels at most depth_radius away.",
        Signature = "input: T -> output: T",
        Attributes = LocalResponseAttributes,
        Shape = context => context.SetOutput(0, context.WithRank(0, 4)),
        Kernel = operation => operation["T"].Type switch
        {
            DType.Float32 => LocalResponseKernel<float>(operation),
            DType.Float16 => LocalResponseKernel<Half>(operation),
            _ => LocalResponseKernel<BFloat16>(operation),
        },
        Gradient = context => [Op.Convolution(LRNGrad!, context.Operation, context.Dy, context.X(), context.Y())],
        Hazards = [Hazard.Forward("bias = 0 and channels that are all 0", "y = NaN (0·Inf)", "keep bias above 0")],
        Source = "TF 1.14 LRN, _LRNGrad; Krizhevsky et al. 2012",
    };

    /// <summary>The gradient of LRN.</summary>
    public static readonly OpCard LRNGrad = new("LRNGrad")
    {
        Summary = "The gradient of LRN.",
        Signature = "input_grads: T, input_image: T, output_image: T -> output: T",
        Attributes = LocalResponseAttributes,
        Shape = context => context.SetOutput(0, context.Merge(
            context.Merge(context.WithRank(0, 4), context.WithRank(1, 4), "three inputs of one shape"), context.WithRank(2, 4), "three inputs of one shape")),
        Kernel = operation => operation["T"].Type switch
        {
            DType.Float32 => LocalResponseGradKernel<float>(operation),
            DType.Float16 => LocalResponseGradKernel<Half>(operation),
            _ => LocalResponseGradKernel<BFloat16>(operation),
        },
        GradientDisabled = "TensorFlow 1.14 has no second derivative of LRN",
        Source = "TF 1.14 LRNGrad",
    };

    private static LocalResponse LocalResponseOf(Operation operation) => new((int)operation["depth_radius"].Int,
        operation["bias"].Float, operation["alpha"].Float, operation["beta"].Float);

    private static Kernel LocalResponseKernel<T>(Operation operation) where T : unmanaged
    {
        LocalResponse rule = LocalResponseOf(operation);
        DType dtype = operation["T"].Type;
        return context =>
        {
            Value x = context.Input(0);
            if (x.Shape.Rank != 4) throw context.Invalid($"Expected images of rank 4, got {x.Shape}.");
            rule.Forward(x.Span<T>(), x.Shape[3], context.Output(0, dtype, x.Shape).Elements<T>());
        };
    }

    private static Kernel LocalResponseGradKernel<T>(Operation operation) where T : unmanaged
    {
        LocalResponse rule = LocalResponseOf(operation);
        DType dtype = operation["T"].Type;
        return context =>
        {
            Value dy = context.Input(0), x = context.Input(1), y = context.Input(2);
            if (x.Shape.Rank != 4 || dy.Shape != x.Shape || y.Shape != x.Shape)
                throw context.Invalid($"Expected three inputs of one shape of rank 4, got {dy.Shape}, {x.Shape} and {y.Shape}.");
            rule.Backprop(dy.Span<T>(), x.Span<T>(), y.Span<T>(), x.Shape[3], context.Output(0, dtype, x.Shape).Elements<T>());
        };
    }
}

public static partial class Op
{
    /// <summary>Normalises each element by its neighbours in other channels: x / (bias + alpha·Σ x²)^beta.</summary>
    /// <param name="x">Images of float32, float16 or bfloat16, <c>[batch, height, width, channels]</c>.</param>
    /// <param name="depthRadius">How many channels to either side count. Default: 5.</param>
    /// <param name="bias">Keeps the divisor away from 0. Default: 1.</param>
    /// <param name="alpha">The weight of the squares. Default: 1.</param>
    /// <param name="beta">The exponent. Default: 0.5.</param>
    /// <param name="name">The name; <c>LRN</c> when null.</param>
    public static Output LocalResponseNormalization(Output x, int depthRadius = 5, float bias = 1, float alpha = 1, float beta = 0.5f, string? name = null) =>
        x.Graph.Add(Cards.LRN, name, [x], ("depth_radius", (long)depthRadius), ("bias", bias), ("alpha", alpha), ("beta", beta)).Output;
}
