using Ballast.Graphs;
using Ballast.Kernels.Normalization;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Batch normalisation of float32 images.</summary>
    public static readonly OpCard FusedBatchNorm = BatchNorm("FusedBatchNorm", "T", "T: {float}", reserves: 2);

    /// <summary>Batch normalisation of images, with float32 statistics.</summary>
    public static readonly OpCard FusedBatchNormV2 = BatchNorm("FusedBatchNormV2", "U", "T: {half, bfloat16, float}; U: {float}", reserves: 2);

    /// <summary>Batch normalisation of images, with float32 statistics and one more output that the gradient takes.</summary>
    public static readonly OpCard FusedBatchNormV3 = BatchNorm("FusedBatchNormV3", "U", "T: {half, bfloat16, float}; U: {float}", reserves: 3);

    /// <summary>The gradient of FusedBatchNorm.</summary>
    public static readonly OpCard FusedBatchNormGrad = BatchNormGrad("FusedBatchNormGrad", "T", "T: {float}", reserves: 2);

    /// <summary>The gradient of FusedBatchNormV2.</summary>
    public static readonly OpCard FusedBatchNormGradV2 = BatchNormGrad(
        "FusedBatchNormGradV2", "U", "T: {half, bfloat16, float}; U: {float}", reserves: 2);

    /// <summary>The gradient of FusedBatchNormV3.</summary>
    public static readonly OpCard FusedBatchNormGradV3 = BatchNormGrad(
        "FusedBatchNormGradV3", "U", "T: {half, bfloat16, float}; U: {float}", reserves: 3);

    private const string BatchNormAttributes =
        "epsilon: float = 0.0001; data_format: {'NHWC', 'NCHW'} = 'NHWC'; is_training: bool = true";

    private static OpCard BatchNorm(string type, string u, string types, int reserves) => new(type)
    {
        Summary = "(x - mean) / √(variance + epsilon) · scale + offset by channel: with the batch's moments in training, with given ones otherwise.",
        Signature = $"x: T, scale: {u}, offset: {u}, mean: {u}, variance: {u} -> y: T, batch_mean: {u}, batch_variance: {u}, " +
            string.Join(", ", Enumerable.Range(1, reserves).Select(i => $"reserve_space_{i}: {u}")),
        Attributes = $"{types}; {BatchNormAttributes}",
        Shape = context =>
        {
            Shape x = context.WithRank(0, 4);
            int axis = ChannelAxis(context.Operation, x)!.Value;
            Shape channels = Shape.Vector(x[axis]);
            for (int i = 1; i < (context["is_training"].Bool ? 3 : 5); i++)
                channels = context.Merge(channels, context.WithRank(i, 1), "one scale, offset, mean and variance for each channel");
            context.SetOutput(0, x.WithDimension(axis, channels[0]));
            for (int i = 1; i < 5; i++) context.SetOutput(i, channels);
            if (reserves == 3) context.SetOutput(5, Shape.Scalar);
        },
        Kernel = operation => operation["T"].Type switch
        {
            DType.Float32 => BatchNormKernel<float>(operation, reserves),
            DType.Float16 => BatchNormKernel<Half>(operation, reserves),
            _ => BatchNormKernel<BFloat16>(operation, reserves),
        },
        Gradient = BatchNormGradient,
        Hazards =
        [
            Hazard.Forward("epsilon = 0 and a channel whose elements are all equal", "y = NaN (0·Inf)",
                "keep epsilon above 0: 1e-3, or at least 1.001e-5"),
        ],
        Source = $"TF 1.14 {type}; Ioffe and Szegedy 2015",
    };

    private static OpCard BatchNormGrad(string type, string u, string types, int reserves)
    {
        string taken = string.Join(", ", Enumerable.Range(1, reserves).Select(i => $"reserve_space_{i}: {u}"));
        return new(type)
        {
            Summary = "The gradients of batch normalisation for x, scale and offset.",
            Signature = $"y_backprop: T, x: T, scale: {(u == "T" ? "T" : "float")}, {taken} -> x_backprop: T, scale_backprop: {u}, " +
                $"offset_backprop: {u}, reserve_space_{reserves + 1}: {u}, reserve_space_{reserves + 2}: {u}",
            Attributes = $"{types}; {BatchNormAttributes}",
            Shape = context =>
            {
                Shape x = context.Merge(context.WithRank(0, 4), context.WithRank(1, 4), "a gradient of the images' shape");
                Shape channels = context.Merge(context.WithRank(2, 1), Shape.Vector(x[ChannelAxis(context.Operation, x)!.Value]), "one scale for each channel");
                context.SetOutput(0, x);
                context.SetOutput(1, channels);
                context.SetOutput(2, channels);
                for (int i = 3; i < 5; i++) context.SetOutput(i, Shape.Vector(0));
            },
            Kernel = operation => operation["T"].Type switch
            {
                DType.Float32 => BatchNormGradKernel<float>(operation),
                DType.Float16 => BatchNormGradKernel<Half>(operation),
                _ => BatchNormGradKernel<BFloat16>(operation),
            },
            GradientDisabled = "the second derivative of batch normalisation is not among the operations that Ballast builds",
            Hazards =
            [
                Hazard.Backward("epsilon = 0 and a channel whose elements are all equal", "dx = NaN (0·Inf)",
                    "keep epsilon above 0: 1e-3, or at least 1.001e-5"),
            ],
            Source = $"TF 1.14 {type}",
        };
    }

    private static Gradient?[] BatchNormGradient(GradientContext context)
    {
        Operation operation = context.Operation;
        bool isTraining = operation["is_training"].Bool, isFirst = !isTraining && operation["data_format"].String == "NCHW";
        (Output x, Output dy) = (context.X(), context.Dy);
        if (isFirst) (x, dy) = (Op.Transpose(x, 0, 2, 3, 1), Op.Transpose(dy, 0, 2, 3, 1));
        Output[] inputs =
        [
            dy, x, context.X(1),
            isTraining ? context.Y(3) : context.X(3),
            isTraining ? context.Y(4) : context.X(4),
            .. operation.Outputs.Skip(5),
        ];
        OpCard card = operation.Type switch
        {
            "FusedBatchNorm" => FusedBatchNormGrad,
            "FusedBatchNormV2" => FusedBatchNormGradV2,
            _ => FusedBatchNormGradV3,
        };
        IReadOnlyList<Output> gradients = operation.Graph.Add(card, null, inputs, ("epsilon", operation["epsilon"]),
            ("data_format", isFirst ? "NHWC" : operation["data_format"]), ("is_training", isTraining)).Outputs;
        Output dx = isFirst ? Op.Transpose(gradients[0], 0, 3, 1, 2) : gradients[0];
        return [dx, gradients[1], gradients[2], null, null];
    }

    private static unsafe Kernel BatchNormKernel<T>(Operation operation, int reserves) where T : unmanaged
    {
        (double epsilon, bool isTraining) = (operation["epsilon"].Float, operation["is_training"].Bool);
        DType dtype = operation["T"].Type;
        return context =>
        {
            Value x = context.Input(0);
            ChannelShape shape = ChannelsOf(context, x.Shape);
            int channels = shape.Channels;
            for (int i = 1; i < 5; i++)
            {
                int expected = isTraining && i >= 3 ? 0 : channels;
                if (context.Input(i).Length != expected)
                    throw context.Invalid(expected == 0
                        ? $"Expected no given mean and variance in training, got {context.Input(i).Shape} as input {i}. Pass empty vectors."
                        : $"Expected {channels} elements as input {i}, one for each channel, got {context.Input(i).Shape}.");
            }

            using Kernels.Scratch loan = Kernels.Scratch.Borrow(3 * (nint)channels, out double* memory);
            Span<double> mean = new(memory, channels), variance = new(memory + channels, channels), factor = new(memory + (2 * channels), channels);
            if (isTraining) BatchNormalization.Moments(x.Span<T>(), shape, mean, variance);
            else
                for (int c = 0; c < channels; c++) (mean[c], variance[c]) = (context.Input(3).Span<float>()[c], context.Input(4).Span<float>()[c]);
            ReadOnlySpan<float> scale = context.Input(1).Span<float>();
            for (int c = 0; c < channels; c++) factor[c] = scale[c] / Math.Sqrt(variance[c] + epsilon);
            Value y = context.OutputInPlaceOf(0, 0, dtype, x.Shape);
            BatchNormalization.Normalize(x.Span<T>(), shape, mean, factor, context.Input(2).Span<float>(), y.Elements<T>());

            // The moving average takes the unbiased variance; the gradient takes the population's.
            double unbiased = isTraining ? shape.Count / (double)Math.Max(shape.Count - 1, 1) : 1;
            for (int i = 1; i < 5; i++)
            {
                Span<float> output = context.Output(i, DType.Float32, Shape.Vector(channels)).Elements<float>();
                for (int c = 0; c < channels; c++)
                    output[c] = (float)(i is 1 or 3 ? mean[c] : i == 2 ? variance[c] * unbiased : variance[c]);
            }

            if (reserves == 3) context.Output(5, DType.Float32, Shape.Scalar).Elements<float>()[0] = 0;
        };
    }

    private static unsafe Kernel BatchNormGradKernel<T>(Operation operation) where T : unmanaged
    {
        (double epsilon, bool isTraining) = (operation["epsilon"].Float, operation["is_training"].Bool);
        DType dtype = operation["T"].Type;
        return context =>
        {
            Value dy = context.Input(0), x = context.Input(1);
            ChannelShape shape = ChannelsOf(context, x.Shape);
            int channels = shape.Channels;
            if (dy.Shape != x.Shape) throw context.Invalid($"Expected a gradient of the images' shape {x.Shape}, got {dy.Shape}.");
            for (int i = 2; i < 5; i++)
                if (context.Input(i).Length != channels)
                    throw context.Invalid($"Expected {channels} elements as input {i}, one for each channel, got {context.Input(i).Shape}.");
            using Kernels.Scratch loan = Kernels.Scratch.Borrow(4 * (nint)channels, out double* memory);
            Span<double> mean = new(memory, channels), factor = new(memory + channels, channels);
            Span<double> sum = new(memory + (2 * channels), channels), slope = new(memory + (3 * channels), channels);
            for (int c = 0; c < channels; c++) mean[c] = context.Input(3).Span<float>()[c];
            BatchNormalization.GradientSums(x.Span<T>(), dy.Span<T>(), shape, mean, sum, slope);
            Span<float> dScale = context.Output(1, DType.Float32, Shape.Vector(channels)).Elements<float>();
            Span<float> dOffset = context.Output(2, DType.Float32, Shape.Vector(channels)).Elements<float>();
            for (int c = 0; c < channels; c++)
            {
                double precision = 1 / Math.Sqrt(context.Input(4).Span<float>()[c] + epsilon);
                factor[c] = context.Input(2).Span<float>()[c] * precision;
                (dScale[c], dOffset[c]) = ((float)(slope[c] * precision), (float)sum[c]);
                (sum[c], slope[c]) = isTraining ? (sum[c] / shape.Count, slope[c] / shape.Count * precision * precision) : (0, 0);
            }

            Value dx = context.OutputInPlaceOf(0, 0, dtype, x.Shape);
            BatchNormalization.Backprop(x.Span<T>(), dy.Span<T>(), shape, mean, factor, sum, slope, dx.Elements<T>());
            context.Output(3, DType.Float32, Shape.Vector(0));
            context.Output(4, DType.Float32, Shape.Vector(0));
        };
    }

    private static ChannelShape ChannelsOf(KernelContext context, in Shape images)
    {
        if (images.Rank != 4) throw context.Invalid($"Expected images of rank 4, got {images}.");
        (int outer, int channels, int inner) = AroundAxis(images, ChannelAxis(context.Operation, images)!.Value);
        return new ChannelShape(outer, channels, inner);
    }
}

public static partial class Op
{
    /// <summary>Normalises images by channel to mean 0 and variance 1, then scales and shifts them.</summary>
    /// <param name="x">Images of float32, float16 or bfloat16, <c>[batch, height, width, channels]</c>, or <c>[batch, channels, height, width]</c> for NCHW.</param>
    /// <param name="scale">float32, one factor for each channel.</param>
    /// <param name="offset">float32, one number for each channel.</param>
    /// <param name="mean">The means to use outside of training; must be null in training, where the batch's are taken.</param>
    /// <param name="variance">The variances to use outside of training; must be null in training.</param>
    /// <param name="epsilon">Added to the variance; raised to 1.001e-5 where less, as TensorFlow does. Default: 0.001.</param>
    /// <param name="dataFormat"><c>NHWC</c> (the default) or <c>NCHW</c>.</param>
    /// <param name="isTraining">Whether the batch's own moments are used. Default: true.</param>
    /// <param name="name">The name; the type when null.</param>
    /// <returns>The images, and the batch's mean and unbiased variance for a moving average.</returns>
    /// <exception cref="GraphException">Mean or variance in training, or their lack outside of it.</exception>
    public static (Output Y, Output BatchMean, Output BatchVariance) FusedBatchNorm(Output x, Output scale, Output offset, Output? mean = null,
        Output? variance = null, float epsilon = 0.001f, string dataFormat = "NHWC", bool isTraining = true, string? name = null)
    {
        OpCard card = x.DType is DType.Float32 ? Cards.FusedBatchNorm : Cards.FusedBatchNormV2;
        if (isTraining != (mean is null) || isTraining != (variance is null))
            throw new GraphException(card.Type, name ?? card.Type,
                isTraining ? "no mean and variance in training" : "mean and variance outside of training",
                isTraining ? "some" : "none", "Pass the moving averages when isTraining is false, and only then.", null);
        Value none = Array.Empty<float>();
        mean ??= x.Graph.Constant(none);
        variance ??= x.Graph.Constant(none);
        IReadOnlyList<Output> outputs = x.Graph.Add(card, name, [x, scale, offset, mean, variance],
            ("epsilon", Math.Max(epsilon, 1.001e-5f)), ("data_format", dataFormat), ("is_training", isTraining)).Outputs;
        return (outputs[0], outputs[1], outputs[2]);
    }
}
