using Ballast.Graphs;

namespace Ballast.Gradients;

/// <summary>Differentiates graphs.</summary>
public static class GraphGradients
{
    extension(Graph graph)
    {
        /// <summary>
        /// The gradients of the sum of all <paramref name="ys"/> with respect to each of <paramref name="xs"/>, as new
        /// operations of the graph.
        /// </summary>
        /// <param name="ys">What is differentiated; any shapes.</param>
        /// <param name="xs">What it is differentiated by.</param>
        /// <param name="gradYs">The gradient that each y starts with; ones where null or left out.</param>
        /// <param name="stopGradients">Outputs that count as constants: nothing flows through them.</param>
        /// <param name="unconnected">What an x that no y depends on gets: null (the default) or zeros.</param>
        /// <param name="name">The scope of the new operations; <c>gradients</c> when null.</param>
        /// <returns>One gradient per x, in order: dense, <see cref="IndexedSlices"/> where rows were gathered, or null.</returns>
        /// <exception cref="NoGradientException">An operation between has none, or forbids it.</exception>
        /// <exception cref="ArgumentException"><paramref name="gradYs"/> does not match <paramref name="ys"/>.</exception>
        /// <remarks>Source: TF 1.14 tf.gradients, with aggregation by AddN.</remarks>
        public Gradient?[] Gradients(IReadOnlyList<Output> ys, IReadOnlyList<Output> xs,
            IReadOnlyList<Output?>? gradYs = null, IReadOnlyList<Output>? stopGradients = null,
            UnconnectedGradients unconnected = UnconnectedGradients.None, string? name = null)
        {
            if (gradYs is not null && gradYs.Count != ys.Count)
                throw new ArgumentException($"Expected one gradient for each of {ys.Count} ys, got {gradYs.Count}.", nameof(gradYs));
            using NameScope scope = graph.NameScope(name ?? "gradients");
            return new BackwardWalk(graph, ys, xs, stopGradients ?? []).Run(gradYs, unconnected);
        }

        /// <summary>The gradients of one output with respect to each of <paramref name="xs"/>.</summary>
        /// <exception cref="NoGradientException">An operation between has none, or forbids it.</exception>
        public Gradient?[] Gradients(Output y, params IReadOnlyList<Output> xs) => graph.Gradients([y], xs);
    }
}

/// <summary>What the gradient of something unconnected is.</summary>
public enum UnconnectedGradients
{
    /// <summary>Null.</summary>
    None,

    /// <summary>Zeros of its shape.</summary>
    Zero,
}
