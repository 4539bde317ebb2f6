using Ballast.Graphs;
using Ballast.Kernels.Convolutions;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    private const string ConvolutionAttributes =
        "T: {half, bfloat16, float, double}; strides: list(int); use_cudnn_on_gpu: bool = true; " +
        "padding: {'SAME', 'VALID', 'EXPLICIT'}; explicit_paddings: list(int) = []; " +
        "data_format: {'NHWC', 'NCHW'} = 'NHWC'; dilations: list(int) = [1, 1, 1, 1]";

    /// <summary>Two-dimensional convolution of images with a filter.</summary>
    public static readonly OpCard Conv2D = new("Conv2D")
    {
        Summary = "Slides a filter [height, width, channels in, channels out] over images and sums the products; the filter is not flipped.",
        Signature = "input: T, filter: T -> output: T",
        Attributes = ConvolutionAttributes,
        Shape = context =>
        {
            var window = new WindowAttributes(context.Operation);
            window.Check(context);
            Shape x = context.WithRank(0, 4), filter = context.WithRank(1, 4);
            int channels = x[window.ChannelAxis];
            if (channels != filter[2] && channels >= 0 && filter[2] >= 0)
                throw context.Mismatch($"a filter whose dimension 2 is the images' {channels} channels", $"images {x} and filter {filter}",
                    "Filters are [height, width, channels in, channels out], whatever the data_format.");
            context.SetOutput(0, window.Images(x[0],
                window.Positions(context, window.HeightAxis, x[window.HeightAxis], filter[0]),
                window.Positions(context, window.WidthAxis, x[window.WidthAxis], filter[1]), filter[3]));
        },
        Kernel = operation => operation["T"].Type switch
        {
            DType.Float32 => ConvolutionKernel<float>(operation),
            DType.Float64 => ConvolutionKernel<double>(operation),
            DType.Float16 => ConvolutionKernel<Half>(operation),
            _ => ConvolutionKernel<BFloat16>(operation),
        },
        Gradient = context =>
        {
            IReadOnlyList<Output> shapes = Op.ShapeN([context.X(0), context.X(1)]);
            return
            [
                Op.Convolution(Conv2DBackpropInput!, context.Operation, shapes[0], context.X(1), context.Dy),
                Op.Convolution(Conv2DBackpropFilter!, context.Operation, context.X(0), shapes[1], context.Dy),
            ];
        },
        Hazards = SumOverflows,
        Source = "TF 1.14 Conv2D, _Conv2DGrad",
    };

    /// <summary>The gradient of a convolution with respect to its images: a transposed convolution.</summary>
    public static readonly OpCard Conv2DBackpropInput = new("Conv2DBackpropInput")
    {
        Summary = "The gradient of Conv2D with respect to its images; also known as transposed convolution.",
        Signature = "input_sizes: int32, filter: T, out_backprop: T -> output: T",
        Attributes = ConvolutionAttributes,
        Shape = context =>
        {
            new WindowAttributes(context.Operation).Check(context);
            context.WithRank(1, 4);
            context.WithRank(2, 4);
            Shape sizes = context.InputAsShape(0);
            context.SetOutput(0, sizes.HasRank ? sizes : Shape.UnknownOfRank(4));
        },
        Kernel = operation => operation["T"].Type switch
        {
            DType.Float32 => BackpropInputKernel<float>(operation),
            DType.Float64 => BackpropInputKernel<double>(operation),
            DType.Float16 => BackpropInputKernel<Half>(operation),
            _ => BackpropInputKernel<BFloat16>(operation),
        },
        Gradient = context =>
        [
            null,
            Op.Convolution(Conv2DBackpropFilter!, context.Operation, context.Dy, Op.Shape(context.X(1)), context.X(2)),
            Op.Convolution(Conv2D!, context.Operation, context.Dy, context.X(1)),
        ],
        Hazards = SumOverflows,
        Source = "TF 1.14 Conv2DBackpropInput, _Conv2DBackpropInputGrad",
    };

    /// <summary>The gradient of a convolution with respect to its filter.</summary>
    public static readonly OpCard Conv2DBackpropFilter = new("Conv2DBackpropFilter")
    {
        Summary = "The gradient of Conv2D with respect to its filter.",
        Signature = "input: T, filter_sizes: int32, out_backprop: T -> output: T",
        Attributes = ConvolutionAttributes,
        Shape = context =>
        {
            new WindowAttributes(context.Operation).Check(context);
            context.WithRank(0, 4);
            context.WithRank(2, 4);
            Shape sizes = context.InputAsShape(1);
            context.SetOutput(0, sizes.HasRank ? sizes : Shape.UnknownOfRank(4));
        },
        Kernel = operation => operation["T"].Type switch
        {
            DType.Float32 => BackpropFilterKernel<float>(operation),
            DType.Float64 => BackpropFilterKernel<double>(operation),
            DType.Float16 => BackpropFilterKernel<Half>(operation),
            _ => BackpropFilterKernel<BFloat16>(operation),
        },
        Gradient = context =>
        [
            Op.Convolution(Conv2DBackpropInput!, context.Operation, Op.Shape(context.X(0)), context.Dy, context.X(2)),
            null,
            Op.Convolution(Conv2D!, context.Operation, context.X(0), context.Dy),
        ],
        Hazards = SumOverflows,
        Source = "TF 1.14 Conv2DBackpropFilter, _Conv2DBackpropFilterGrad",
    };

    private static Kernel ConvolutionKernel<T>(Operation operation) where T : unmanaged
    {
        var window = new WindowAttributes(operation);
        DType dtype = operation["T"].Type;
        return context =>
        {
            Value x = context.Input(0), filter = context.Input(1);
            ConvolutionShape shape = GeometryOf(context, window, x.Shape, filter.Shape);
            Value y = context.Output(0, dtype, OutputOf(window, shape));
            Convolution2D.Forward(x.Span<T>(), filter.Span<T>(), y.Elements<T>(), shape);
        };
    }

    private static Kernel BackpropInputKernel<T>(Operation operation) where T : unmanaged
    {
        var window = new WindowAttributes(operation);
        DType dtype = operation["T"].Type;
        return context =>
        {
            Value filter = context.Input(1), dy = context.Input(2);
            Shape input = Integers.ToShape(context, 0);
            ConvolutionShape shape = GeometryOf(context, window, input, filter.Shape);
            CheckGradient(context, dy, OutputOf(window, shape));
            Value dx = context.Output(0, dtype, input);
            Convolution2D.BackpropInput(filter.Span<T>(), dy.Span<T>(), dx.Elements<T>(), shape);
        };
    }

    private static Kernel BackpropFilterKernel<T>(Operation operation) where T : unmanaged
    {
        var window = new WindowAttributes(operation);
        DType dtype = operation["T"].Type;
        return context =>
        {
            Value x = context.Input(0), dy = context.Input(2);
            Shape filter = Integers.ToShape(context, 1);
            ConvolutionShape shape = GeometryOf(context, window, x.Shape, filter);
            CheckGradient(context, dy, OutputOf(window, shape));
            Value dFilter = context.Output(0, dtype, filter);
            Convolution2D.BackpropFilter(x.Span<T>(), dy.Span<T>(), dFilter.Elements<T>(), shape);
        };
    }

    private static ConvolutionShape GeometryOf(KernelContext context, WindowAttributes window, in Shape input, in Shape filter)
    {
        if (input.Rank != 4 || filter.Rank != 4 || input[window.ChannelAxis] != filter[2])
            throw context.Invalid($"Expected images of as many channels as the filter takes, got images {input} and filter {filter}.");
        try
        {
            return new ConvolutionShape(input[0], window.Height(input[window.HeightAxis], filter[0]),
                window.Width(input[window.WidthAxis], filter[1]), filter[2], filter[3], window.ChannelsFirst);
        }
        catch (ArgumentException error)
        {
            throw context.Invalid(error.Message);
        }
    }

    private static Shape OutputOf(WindowAttributes window, in ConvolutionShape shape) =>
        window.Images(shape.Batch, shape.Height.Output, shape.Width.Output, shape.OutChannels);

    private static void CheckGradient(KernelContext context, Value dy, in Shape expected)
    {
        if (dy.Shape != expected) throw context.Invalid($"Expected a gradient of the output's shape {expected}, got {dy.Shape}.");
    }
}

public static partial class Op
{
    /// <summary>Slides a filter over images and sums the products; the filter is not flipped.</summary>
    /// <param name="x">Images, <c>[batch, height, width, channels]</c>, or <c>[batch, channels, height, width]</c> for NCHW.</param>
    /// <param name="filter"><c>[height, width, channels in, channels out]</c>, of the same dtype.</param>
    /// <param name="strides">How far the window moves, one number for each dimension of the images, 1 for batch and channels.</param>
    /// <param name="padding"><c>SAME</c>, <c>VALID</c> or <c>EXPLICIT</c>.</param>
    /// <param name="dataFormat"><c>NHWC</c> (the default) or <c>NCHW</c>.</param>
    /// <param name="dilations">How far apart the filter's elements lie, one number for each dimension. Default: 1.</param>
    /// <param name="explicitPaddings">For <c>EXPLICIT</c>: before and after, for each dimension.</param>
    /// <param name="name">The name; <c>Conv2D</c> when null.</param>
    /// <exception cref="ShapeMismatchException">Shapes or attributes do not fit.</exception>
    public static Output Conv2D(Output x, Output filter, int[] strides, string padding, string dataFormat = "NHWC",
        int[]? dilations = null, int[]? explicitPaddings = null, string? name = null) =>
        x.Graph.Add(Cards.Conv2D, name, [x, filter], ("strides", strides), ("padding", padding), ("data_format", dataFormat),
            ("dilations", dilations ?? [1, 1, 1, 1]), ("explicit_paddings", explicitPaddings ?? [])).Output;

    /// <summary>An operation of the convolution family with the attributes of another one.</summary>
    internal static Output Convolution(OpCard card, Operation like, params ReadOnlySpan<Output> inputs) =>
        like.Graph.Add(card, null, inputs, [.. like.Attributes.Where(a => a.Key != "T").Select(a => (a.Key, a.Value))]).Output;
}
