using Ballast.Graphs;
using Ballast.Operations;

namespace Ballast.Training.Layers;

/// <content>Layers over images, <c>[batch, height, width, channels]</c>.</content>
public static partial class Layer
{
    /// <summary>Convolves images with trained filters: <c>activation(conv(x, kernel) + bias)</c>.</summary>
    /// <param name="x">The images, <c>[batch, height, width, channels]</c>, floating; the channels must be known.</param>
    /// <param name="filters">How many filters, 1 or more: the channels of the result.</param>
    /// <param name="kernelSize">Height and width of a filter, 1 or more.</param>
    /// <param name="stride">The step of the filter in both directions. Default: 1.</param>
    /// <param name="padding"><c>VALID</c> (the default) or <c>SAME</c>, which keeps height and width at stride 1.</param>
    /// <param name="activation">What the sums are put through; nothing when null.</param>
    /// <param name="options">Initializers and such; the defaults when null.</param>
    /// <param name="name">The scope; <c>conv2d</c> when null. Holds <c>kernel</c> [size, size, channels, filters] and <c>bias</c>.</param>
    /// <exception cref="GraphException">The channels are unknown, the rank is not 4, or the padding is no padding.</exception>
    public static Output Conv2D(Output x, int filters, int kernelSize, int stride = 1, string padding = "VALID",
        Activation? activation = null, LayerOptions? options = null, string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(filters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kernelSize, 1);
        options ??= LayerOptions.Default;
        CheckImages(x, "Conv2D", name ?? "conv2d");
        Graph graph = x.Graph;
        using NameScope scope = graph.NameScope(name ?? "conv2d");
        Variable kernel = graph.Variable([kernelSize, kernelSize, x.Shape[3], filters], options.Kernel, "kernel", x.DType,
            options.IsTrainable);
        Variable? bias = MakeBias(graph, filters, x.DType, options);
        Output sums = Op.Conv2D(x, kernel, [1, stride, stride, 1], padding);
        if (bias is not null) sums = Op.BiasAdd(sums, bias);
        return activation is null ? sums : activation(sums);
    }

    /// <summary>The largest number under each window.</summary>
    /// <param name="x">The images, <c>[batch, height, width, channels]</c>.</param>
    /// <param name="size">Height and width of the window. Default: 2.</param>
    /// <param name="stride">The step of the window; its size when null.</param>
    /// <param name="padding"><c>VALID</c> (the default) or <c>SAME</c>.</param>
    /// <param name="name">The scope; <c>max_pooling2d</c> when null.</param>
    /// <exception cref="GraphException">The rank is not 4, or the padding is no padding.</exception>
    public static Output MaxPool(Output x, int size = 2, int? stride = null, string padding = "VALID", string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "max_pooling2d");
        return Op.MaxPool(x, [1, size, size, 1], [1, stride ?? size, stride ?? size, 1], padding);
    }

    /// <summary>The mean of the numbers under each window; padding does not count.</summary>
    /// <param name="x">The images, <c>[batch, height, width, channels]</c>.</param>
    /// <param name="size">Height and width of the window. Default: 2.</param>
    /// <param name="stride">The step of the window; its size when null.</param>
    /// <param name="padding"><c>VALID</c> (the default) or <c>SAME</c>.</param>
    /// <param name="name">The scope; <c>average_pooling2d</c> when null.</param>
    /// <exception cref="GraphException">The rank is not 4, or the padding is no padding.</exception>
    public static Output AveragePool(Output x, int size = 2, int? stride = null, string padding = "VALID", string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "average_pooling2d");
        return Op.AvgPool(x, [1, size, size, 1], [1, stride ?? size, stride ?? size, 1], padding);
    }

    private static void CheckImages(Output x, string layer, string name)
    {
        if (x.Shape.Rank != 4 || x.Shape[3] < 0)
            throw new ShapeMismatchException(layer, name, "images of shape [batch, height, width, channels] with known channels",
                x.Shape.ToString(), "Reshape, or set the shape with SetShape.");
    }
}
