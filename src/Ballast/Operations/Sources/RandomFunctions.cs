using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>Adds random operations to a graph.</summary>
/// <remarks>
/// Each operation draws from a stream of its own, keyed by the graph's seed and its own, and goes on in it from run to run: the same seeds give the
/// same numbers in every session, whatever the number of threads.
/// </remarks>
public static class GraphRandoms
{
    extension(Graph graph)
    {
        /// <summary>Normal random numbers.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="mean">The mean. Default: 0.</param>
        /// <param name="stddev">The standard deviation. Default: 1.</param>
        /// <param name="dtype">A floating dtype. Default: float32.</param>
        /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
        /// <param name="name">The scope; <c>random_normal</c> when null.</param>
        public Output RandomNormal(Shape shape, Operand mean = default, Operand? stddev = null, DType dtype = DType.Float32,
            int? seed = null, string? name = null) =>
            RandomOperations.Normal(graph, shape, null, Cards.RandomStandardNormal, mean, stddev, dtype, seed, name ?? "random_normal");

        /// <summary>Normal random numbers of a shape that a run decides.</summary>
        /// <param name="shape">An int32 or int64 vector.</param>
        /// <param name="mean">The mean. Default: 0.</param>
        /// <param name="stddev">The standard deviation. Default: 1.</param>
        /// <param name="dtype">A floating dtype. Default: float32.</param>
        /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
        /// <param name="name">The scope; <c>random_normal</c> when null.</param>
        public Output RandomNormal(Output shape, Operand mean = default, Operand? stddev = null, DType dtype = DType.Float32,
            int? seed = null, string? name = null) =>
            RandomOperations.Normal(graph, default, shape, Cards.RandomStandardNormal, mean, stddev, dtype, seed, name ?? "random_normal");

        /// <summary>Normal random numbers within two standard deviations of the mean; those beyond are drawn again.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="mean">The mean. Default: 0.</param>
        /// <param name="stddev">The standard deviation before the truncation. Default: 1.</param>
        /// <param name="dtype">A floating dtype. Default: float32.</param>
        /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
        /// <param name="name">The scope; <c>truncated_normal</c> when null.</param>
        public Output TruncatedNormal(Shape shape, Operand mean = default, Operand? stddev = null, DType dtype = DType.Float32,
            int? seed = null, string? name = null) =>
            RandomOperations.Normal(graph, shape, null, Cards.TruncatedNormal, mean, stddev, dtype, seed, name ?? "truncated_normal");

        /// <summary>Uniform random numbers from <paramref name="minval"/>, which they can be, to <paramref name="maxval"/>, which they cannot.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="minval">The lower bound. Default: 0.</param>
        /// <param name="maxval">The upper bound. Default: 1; must be given for integers.</param>
        /// <param name="dtype">A floating dtype, int32 or int64. Default: float32.</param>
        /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
        /// <param name="name">The scope; <c>random_uniform</c> when null.</param>
        /// <exception cref="GraphException">An integer dtype without <paramref name="maxval"/>.</exception>
        public Output RandomUniform(Shape shape, Operand minval = default, Operand? maxval = null, DType dtype = DType.Float32,
            int? seed = null, string? name = null) =>
            RandomOperations.Uniform(graph, shape, null, minval, maxval, dtype, seed, name ?? "random_uniform");

        /// <summary>Uniform random numbers of a shape that a run decides.</summary>
        /// <param name="shape">An int32 or int64 vector.</param>
        /// <param name="minval">The lower bound. Default: 0.</param>
        /// <param name="maxval">The upper bound. Default: 1; must be given for integers.</param>
        /// <param name="dtype">A floating dtype, int32 or int64. Default: float32.</param>
        /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
        /// <param name="name">The scope; <c>random_uniform</c> when null.</param>
        /// <exception cref="GraphException">An integer dtype without <paramref name="maxval"/>.</exception>
        public Output RandomUniform(Output shape, Operand minval = default, Operand? maxval = null, DType dtype = DType.Float32,
            int? seed = null, string? name = null) =>
            RandomOperations.Uniform(graph, default, shape, minval, maxval, dtype, seed, name ?? "random_uniform");
    }
}

public static partial class Op
{
    /// <summary>The rows of <paramref name="x"/> (elements along the first dimension) in a random order.</summary>
    /// <param name="x">Any output.</param>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    /// <param name="name">The name; <c>RandomShuffle</c> when null.</param>
    public static Output RandomShuffle(Output x, int? seed = null, string? name = null) =>
        RandomOperations.Draw(x.Graph, Cards.RandomShuffle, name, [x], seed);
}

/// <summary>The sequences of operations that TF 1.14's random functions emit.</summary>
internal static class RandomOperations
{
    public static Output Normal(Graph graph, in Shape known, Output? shape, OpCard card, Operand mean, Operand? stddev,
        DType dtype, int? seed, string name)
    {
        using NameScope scope = graph.NameScope(name);
        shape ??= graph.Constant(Integers.Of(known, DType.Int32), "shape");
        Output center = mean.In(graph, dtype, "mean"), spread = (stddev ?? 1).In(graph, dtype, "stddev");
        Output standard = Draw(graph, card, null, [shape], seed, ("dtype", dtype));
        return Op.Add(standard * spread, center, scope.Name + "/");
    }

    public static Output Uniform(Graph graph, in Shape known, Output? shape, Operand minval, Operand? maxval,
        DType dtype, int? seed, string name)
    {
        using NameScope scope = graph.NameScope(name);
        if (dtype.IsInteger() && maxval is null)
            throw new GraphException("RandomUniformInt", scope.Name, "maxval for an integer dtype", "none", "Give the exclusive upper bound.", null);
        shape ??= graph.Constant(Integers.Of(known, DType.Int32), "shape");
        Output low = minval.In(graph, dtype, "min"), high = (maxval ?? 1).In(graph, dtype, "max");
        if (dtype.IsInteger()) return Draw(graph, Cards.RandomUniformInt, scope.Name + "/", [shape, low, high], seed);
        Output unit = Draw(graph, Cards.RandomUniform, null, [shape], seed, ("dtype", dtype));
        return Op.Add(unit * (high - low), low, scope.Name + "/");
    }

    /// <summary>Adds a random operation with the seeds that TensorFlow would give it.</summary>
    public static Output Draw(Graph graph, OpCard card, string? name, ReadOnlySpan<Output> inputs, int? seed,
        params ReadOnlySpan<(string, AttributeValue)> attributes)
    {
        (long first, long second) = RandomSeeds.Of(graph, seed);
        return graph.Add(card, name, inputs, [("seed", first), ("seed2", second), .. attributes]).Output;
    }
}
