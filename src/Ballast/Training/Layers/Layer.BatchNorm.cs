using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;
using Ballast.Training.Initializers;

namespace Ballast.Training.Layers;

/// <summary>Settings of <see cref="Layer.BatchNorm"/>.</summary>
public sealed class BatchNormOptions
{
    internal static readonly BatchNormOptions Default = new();

    /// <summary>Gets how much of the moving averages is kept at each step.</summary>
    /// <value>0 to 1. The default is 0.99.</value>
    public double Momentum { get; init; } = 0.99;

    /// <summary>Gets what is added to the variance, so that a constant channel does not divide by 0.</summary>
    /// <value>Above 0. The default is 0.001.</value>
    public double Epsilon { get; init; } = 1e-3;

    /// <summary>Gets whether a trained <c>beta</c> is added.</summary>
    /// <value>The default is true.</value>
    public bool Center { get; init; } = true;

    /// <summary>Gets whether the result is multiplied by a trained <c>gamma</c>.</summary>
    /// <value>The default is true; useless where a layer without bias of its own follows.</value>
    public bool Scale { get; init; } = true;
}

/// <content>Batch normalisation.</content>
public static partial class Layer
{
    /// <summary>
    /// Brings each channel (the last dimension) to mean 0 and variance 1 over the batch, then to a trained spread and mean.
    /// </summary>
    /// <param name="x">The inputs, <c>[…, channels]</c> of rank 2 or more; the number of channels must be known.</param>
    /// <param name="training">
    /// A bool scalar: true normalises by the batch, false by the moving averages. Feed it, or give a constant.
    /// </param>
    /// <param name="options">Momentum and such; the defaults when null.</param>
    /// <param name="name">The scope; <c>batch_normalization</c> when null. Holds <c>gamma</c>, <c>beta</c>, <c>moving_mean</c>,
    /// <c>moving_variance</c>.</param>
    /// <remarks>
    /// The moving averages are updated by operations in the collection <c>update_ops</c>, which a training step must wait for:
    /// <c>using (graph.ControlDependencies([.. graph.Collections.Get&lt;Operation&gt;(GraphCollections.UpdateOps)]))</c>. Source: Ioffe and
    /// Szegedy 2015, arXiv:1502.03167; TF 1.14 tf.layers.batch_normalization, not fused.
    /// </remarks>
    /// <exception cref="ShapeMismatchException">The number of channels is unknown, or the rank is below 2.</exception>
    public static Output BatchNorm(Output x, Output training, BatchNormOptions? options = null, string? name = null)
    {
        options ??= BatchNormOptions.Default;
        if (x.Shape.Rank < 2 || x.Shape[^1] < 0)
            throw new ShapeMismatchException("BatchNorm", name ?? "batch_normalization", "inputs of rank 2 or more with known channels",
                x.Shape.ToString(), "Set the shape with SetShape.");
        Graph graph = x.Graph;
        Shape channels = [x.Shape[^1]];
        using NameScope scope = graph.NameScope(name ?? "batch_normalization");
        Variable? gamma = options.Scale ? graph.Variable(channels, Initial.Ones, "gamma", x.DType) : null;
        Variable? beta = options.Center ? graph.Variable(channels, Initial.Zeros, "beta", x.DType) : null;
        Variable movingMean = graph.Variable(channels, Initial.Zeros, "moving_mean", x.DType, trainable: false);
        Variable movingVariance = graph.Variable(channels, Initial.Ones, "moving_variance", x.DType, trainable: false);

        int[] axes = [.. Enumerable.Range(0, x.Shape.Rank - 1)];
        Output batchMean = Op.Mean(x, axes);
        Output batchVariance = Op.Mean(Op.SquaredDifference(x, Op.StopGradient(batchMean)), axes);
        KeepMovingAverage(movingMean, batchMean, training, options.Momentum);
        KeepMovingAverage(movingVariance, batchVariance, training, options.Momentum);

        Output mean = Op.Select(training, batchMean, movingMean.Value);
        Output factor = Op.Rsqrt(Op.Select(training, batchVariance, movingVariance.Value) + options.Epsilon);
        if (gamma is not null) factor *= gamma.Value;
        Output offset = Op.Negative(mean * factor);
        if (beta is not null) offset = beta.Value + offset;
        return (x * factor) + offset;
    }

    // Select, not a factor of 0: while not training, even a NaN in the batch leaves the average as it is.
    private static void KeepMovingAverage(Variable average, Output value, Output training, double momentum)
    {
        using NameScope scope = average.Graph.NameScope("AssignMovingAvg");
        Output step = (average.Value - Op.StopGradient(value)) * (1 - momentum);
        Operation update = average.AssignSub(Op.Select(training, step, Op.ZerosLike(step)));
        average.Graph.Collections.Add(GraphCollections.UpdateOps, update);
    }
}
