using System.Globalization;
using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Op
{
    /// <summary>ln(sigmoid(x)), element by element, without its underflow: -softplus(-x).</summary>
    public static Output LogSigmoid(Output x, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "LogSigmoid");
        return Negative(Softplus(Negative(x)), scope.Name + "/");
    }

    /// <summary>
    /// Cross-entropy of independent yes-or-no labels and the sigmoid of <paramref name="logits"/>, element by element:
    /// max(x, 0) - x·z + ln(1 + exp(-|x|)), finite for finite logits.
    /// </summary>
    /// <param name="labels">Probabilities, of the logits' dtype and shape.</param>
    /// <param name="logits">Unscaled log-odds.</param>
    /// <param name="name">The scope; <c>logistic_loss</c> when null.</param>
    /// <exception cref="ShapeMismatchException">The shapes differ.</exception>
    public static Output SigmoidCrossEntropyWithLogits(Output labels, Output logits, string? name = null)
    {
        using NameScope scope = logits.Graph.NameScope(name ?? "logistic_loss");
        if (!labels.Shape.IsCompatibleWith(logits.Shape))
            throw new ShapeMismatchException("SigmoidCrossEntropyWithLogits", scope.Name, "logits and labels of one shape",
                $"{logits.Shape} and {labels.Shape}", "Reshape one of them.", null);
        Output zeros = ZerosLike(logits);
        Output isPositive = GreaterEqual(logits, zeros);
        Output positive = Select(isPositive, logits, zeros);
        Output minusMagnitude = Select(isPositive, -logits, logits);
        return Add(positive - (logits * labels), Log1p(Exp(minusMagnitude)), scope.Name + "/");
    }

    /// <summary>
    /// Sets each element to 0 with probability 1 - <paramref name="keepProbability"/> and divides the others by it, so that the expected sum stays.
    /// </summary>
    /// <param name="x">A floating output.</param>
    /// <param name="keepProbability">How likely an element is kept, above 0, up to 1; an output or a number. 1 gives <paramref name="x"/> itself.</param>
    /// <param name="noiseShape">What is dropped together: a vector that broadcasts to the shape of <paramref name="x"/>. Default: that shape.</param>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    /// <param name="name">The scope; <c>dropout</c> when null.</param>
    /// <exception cref="GraphException">The probability is out of range, or the dtype not floating.</exception>
    /// <remarks>Emits what TF 1.14's <c>tf.nn.dropout(x, keep_prob)</c> does. NaN or ±Inf in a dropped element gives NaN.</remarks>
    public static Output Dropout(Output x, Operand keepProbability, Output? noiseShape = null, int? seed = null, string? name = null)
    {
        if (!x.DType.IsFloating())
            throw new GraphException("Dropout", name ?? "dropout", "a floating dtype, for kept elements are scaled", x.DType.Name(), "Cast it.", null);
        if (keepProbability.Number is { } number && !(number is > 0 and <= 1))
            throw new GraphException("Dropout", name ?? "dropout", "a probability above 0, up to 1, to keep an element",
                number.ToString("R", CultureInfo.InvariantCulture), "Mind that it is not the probability to drop one.", null);
        if (keepProbability.Number is 1) return x;

        // As in TensorFlow, 1 - keep_prob of an output stands outside of the scope.
        Operand rate = keepProbability.Number is { } keep ? 1 - keep : 1 - keepProbability.In(x.Graph, x.DType, "keep_prob");
        using NameScope scope = x.Graph.NameScope(name ?? "dropout");
        Output drop = rate.In(x.Graph, x.DType, "rate");
        Output random = x.Graph.RandomUniform(noiseShape ?? Shape(x), dtype: x.DType, seed: seed);
        Output scale = 1 / (1 - drop);
        Output dropped = x * scale * Cast(GreaterEqual(random, drop), x.DType);
        dropped.SetShape(x.Shape);
        return dropped;
    }

    /// <summary>x / √max(Σ x², ε) along some axes: vectors of norm 1, and 0 for a vector of zeros.</summary>
    /// <param name="x">A floating output.</param>
    /// <param name="axes">The dimensions that a vector extends over; negative ones count from the end.</param>
    /// <param name="epsilon">The least sum of squares. Default: 1e-12, which float16 rounds to 0.</param>
    /// <param name="name">The scope; <c>l2_normalize</c> when null.</param>
    public static Output L2Normalize(Output x, int[] axes, double epsilon = 1e-12, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "l2_normalize");
        Output squares = Sum(Square(x), axes, keepDims: true);
        return Multiply(x, Rsqrt(Maximum(squares, epsilon)), scope.Name + "/");
    }

    /// <summary>Mean and variance over some axes. float16 is computed in float32.</summary>
    /// <param name="x">A floating output.</param>
    /// <param name="axes">The dimensions to reduce; negative ones count from the end.</param>
    /// <param name="keepDims">Whether they stay with size 1. Default: false.</param>
    /// <param name="name">The scope; <c>moments</c> when null.</param>
    /// <returns>The mean, and the mean squared distance from it (not the unbiased estimate). NaN over no elements.</returns>
    public static (Output Mean, Output Variance) Moments(Output x, int[] axes, bool keepDims = false, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "moments");
        Output wide = x.DType == DType.Float16 ? Cast(x, DType.Float32) : x;
        Output mean = Mean(wide, axes, keepDims: true, "mean");
        Output variance = Mean(SquaredDifference(wide, StopGradient(mean)), axes, keepDims: true, "variance");
        if (!keepDims) (mean, variance) = (Squeeze(mean, axes), Squeeze(variance, axes));
        return x.DType == DType.Float16 ? (Cast(mean, x.DType), Cast(variance, x.DType)) : (mean, variance);
    }
}
