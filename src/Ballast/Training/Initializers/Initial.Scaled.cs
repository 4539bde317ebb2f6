using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Training.Initializers;

/// <summary>By which number of connections <see cref="Initial.VarianceScaling"/> divides.</summary>
public enum FanMode
{
    /// <summary>What enters a unit.</summary>
    In,

    /// <summary>What leaves a unit.</summary>
    Out,

    /// <summary>The mean of both.</summary>
    Average,
}

/// <summary>From which distribution <see cref="Initial.VarianceScaling"/> draws.</summary>
public enum ScaledDistribution
{
    /// <summary>Normal within two standard deviations, widened so that the variance is kept.</summary>
    TruncatedNormal,

    /// <summary>Normal.</summary>
    Normal,

    /// <summary>Uniform.</summary>
    Uniform,
}

/// <content>Random numbers whose variance follows from the shape, so that signals keep their size from layer to layer.</content>
public static partial class Initial
{
    /// <summary>The standard deviation of a standard normal that is cut off at ±2.</summary>
    private const double TruncatedStandardDeviation = 0.87962566103423978;

    /// <summary>Uniform numbers of variance 2 / (in + out): TensorFlow's choice for a variable without an initializer.</summary>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    /// <remarks>Source: Glorot and Bengio 2010.</remarks>
    public static Initializer GlorotUniform(int? seed = null) =>
        VarianceScaling(1, FanMode.Average, ScaledDistribution.Uniform, seed);

    /// <summary>Truncated normal numbers of variance 2 / (in + out).</summary>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    /// <remarks>Source: Glorot and Bengio 2010.</remarks>
    public static Initializer GlorotNormal(int? seed = null) =>
        VarianceScaling(1, FanMode.Average, ScaledDistribution.TruncatedNormal, seed);

    /// <summary>Uniform numbers of variance 2 / in, for layers with ReLU.</summary>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    /// <remarks>Source: He et al. 2015, arXiv:1502.01852.</remarks>
    public static Initializer HeUniform(int? seed = null) => VarianceScaling(2, FanMode.In, ScaledDistribution.Uniform, seed);

    /// <summary>Truncated normal numbers of variance 2 / in, for layers with ReLU.</summary>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    /// <remarks>Source: He et al. 2015, arXiv:1502.01852.</remarks>
    public static Initializer HeNormal(int? seed = null) =>
        VarianceScaling(2, FanMode.In, ScaledDistribution.TruncatedNormal, seed);

    /// <summary>Numbers of mean 0 and variance <paramref name="scale"/> / fan.</summary>
    /// <param name="scale">The factor on the variance, above 0. Default: 1.</param>
    /// <param name="mode">What the fan is. Default: what enters a unit.</param>
    /// <param name="distribution">The distribution. Default: truncated normal.</param>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scale"/> is not above 0.</exception>
    /// <remarks>
    /// Of a shape [in, out] these are the fans; of a filter [height, width, in, out] both times height · width; of a vector,
    /// its length is both. Source: TF 1.14 variance_scaling_initializer.
    /// </remarks>
    public static Initializer VarianceScaling(double scale = 1, FanMode mode = FanMode.In,
        ScaledDistribution distribution = ScaledDistribution.TruncatedNormal, int? seed = null)
    {
        if (!(scale > 0)) throw new ArgumentOutOfRangeException(nameof(scale), scale, "Expected a scale above 0.");
        return (graph, shape, dtype) =>
        {
            double variance = scale / Math.Max(1, Fan(shape, mode));
            return distribution switch
            {
                ScaledDistribution.Uniform =>
                    graph.RandomUniform(shape, -Math.Sqrt(3 * variance), Math.Sqrt(3 * variance), dtype, seed),
                ScaledDistribution.Normal => graph.RandomNormal(shape, 0, Math.Sqrt(variance), dtype, seed),
                _ => graph.TruncatedNormal(shape, 0, Math.Sqrt(variance) / TruncatedStandardDeviation, dtype, seed),
            };
        };
    }

    private static double Fan(in Shape shape, FanMode mode)
    {
        (double fanIn, double fanOut) = (1, 1);
        if (shape.Rank == 1)
        {
            fanIn = fanOut = shape[0];
        }
        else if (shape.Rank > 1)
        {
            double field = shape.Slice(0, shape.Rank - 2).ElementCount;
            (fanIn, fanOut) = (shape[^2] * field, shape[^1] * field);
        }

        return mode switch
        {
            FanMode.In => fanIn,
            FanMode.Out => fanOut,
            _ => (fanIn + fanOut) / 2,
        };
    }
}
