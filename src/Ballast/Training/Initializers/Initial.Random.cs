using Ballast.Operations;

namespace Ballast.Training.Initializers;

/// <content>Random numbers of a given spread.</content>
public static partial class Initial
{
    /// <summary>Uniform numbers from <paramref name="low"/>, which they can be, to <paramref name="high"/>, which they cannot.</summary>
    /// <param name="low">The lower bound. Default: -0.05.</param>
    /// <param name="high">The upper bound. Default: 0.05.</param>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    public static Initializer Uniform(double low = -0.05, double high = 0.05, int? seed = null) =>
        (graph, shape, dtype) => graph.RandomUniform(shape, low, high, dtype, seed);

    /// <summary>Normal numbers.</summary>
    /// <param name="mean">The mean. Default: 0.</param>
    /// <param name="stddev">The standard deviation. Default: 0.05.</param>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    public static Initializer Normal(double mean = 0, double stddev = 0.05, int? seed = null) =>
        (graph, shape, dtype) => graph.RandomNormal(shape, mean, stddev, dtype, seed);

    /// <summary>Normal numbers within two standard deviations of the mean; those beyond are drawn again.</summary>
    /// <param name="mean">The mean. Default: 0.</param>
    /// <param name="stddev">The standard deviation before the truncation. Default: 0.05.</param>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    public static Initializer TruncatedNormal(double mean = 0, double stddev = 0.05, int? seed = null) =>
        (graph, shape, dtype) => graph.TruncatedNormal(shape, mean, stddev, dtype, seed);
}
