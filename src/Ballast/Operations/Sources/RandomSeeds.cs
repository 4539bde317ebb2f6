using Ballast.Graphs;

namespace Ballast.Operations;

/// <summary>The seeds of random operations, as TF 1.14's <c>random_seed.get_seed</c> finds them.</summary>
internal static class RandomSeeds
{
    // TensorFlow's DEFAULT_GRAPH_SEED, for operations with a seed in graphs without one.
    private const long DefaultGraphSeed = 87_654_321;

    /// <summary>
    /// The graph's seed and the operation's. Without one of its own, an operation takes the number of operations so far;
    /// without any seed both are 0, which leaves the choice to the session.
    /// </summary>
    public static (long Seed, long Seed2) Of(Graph graph, int? seed)
    {
        (long first, long second) = (graph.Seed, seed) switch
        {
            (null, null) => (-1, -1),
            (null, { } own) => (DefaultGraphSeed, Truncated(own)),
            ({ } ofGraph, null) => (Truncated(ofGraph), Truncated(graph.Operations.Count)),
            ({ } ofGraph, { } own) => (Truncated(ofGraph), Truncated(own)),
        };
        if (first < 0) return (0, 0);

        // Both 0 would mean "no seed" to the kernel.
        return (first, second) == (0, 0) ? (0, int.MaxValue) : (first, second);
    }

    /// <summary>Python's remainder: never negative.</summary>
    private static long Truncated(long seed) => ((seed % int.MaxValue) + int.MaxValue) % int.MaxValue;
}
