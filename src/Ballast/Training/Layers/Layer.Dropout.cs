using Ballast.Graphs;
using Ballast.Operations;

namespace Ballast.Training.Layers;

/// <content>Dropout.</content>
public static partial class Layer
{
    /// <summary>While training, sets a share of the numbers to 0 and divides the others by what is left; otherwise passes them on.</summary>
    /// <param name="x">The inputs, floating, of any shape.</param>
    /// <param name="rate">The share that is dropped, from 0 to below 1.</param>
    /// <param name="training">A bool scalar. Feed it, or give a constant.</param>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    /// <param name="name">The scope; <c>dropout</c> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is below 0, or 1 or more.</exception>
    /// <remarks>Source: Srivastava et al. 2014; TF 1.14 tf.layers.dropout.</remarks>
    public static Output Dropout(Output x, double rate, Output training, int? seed = null, string? name = null)
    {
        if (!(rate >= 0 && rate < 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected a rate from 0 to below 1.");
        Graph graph = x.Graph;
        using NameScope scope = graph.NameScope(name ?? "dropout");
        // To keep all is to multiply and divide by 1: exact.
        Output keep = Op.Select(training, graph.Constant(Scalars.Of(1 - rate, x.DType, "keep_prob")),
            graph.Constant(Scalars.Of(1, x.DType, "one")));
        return Op.Dropout(x, keep, seed: seed);
    }
}
