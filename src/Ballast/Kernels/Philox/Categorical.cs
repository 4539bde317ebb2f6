namespace Ballast.Kernels.Philox;

/// <summary>Classes drawn with probabilities proportional to eˣ of their logits, as TensorFlow's Multinomial draws them on one thread.</summary>
internal static class Categorical
{
    /// <summary>The draws that so many classes for so many rows take from a stream: 256 for each of two numbers, samples rounded up to fours.</summary>
    public static ulong Reserved(int rows, int samples) => (ulong)rows * (((ulong)samples + 3) / 4 * 4) * 2 * 256;

    /// <summary>Turns a row of logits into running sums of eˣ, the largest finite logit subtracted first. Logits that are not finite count as never drawn.</summary>
    /// <returns>The sum over the row; 0 when no logit is finite.</returns>
    public static double Accumulate(Span<double> row)
    {
        double max = double.NegativeInfinity;
        foreach (double logit in row)
            if (double.IsFinite(logit)) max = Math.Max(max, logit);
        double sum = 0;
        foreach (ref double logit in row)
        {
            if (double.IsFinite(logit)) sum += Math.Exp(logit - max);
            logit = sum;
        }

        return sum;
    }

    /// <summary>Draws one class from running sums: the first whose sum exceeds a uniform number times the last.</summary>
    public static int Draw(ref PhiloxReader reader, ReadOnlySpan<double> sums)
    {
        uint upper = reader.Next();
        double target = Distributions.UniformDouble(upper, reader.Next()) * sums[^1];
        int first = 0;
        for (int count = sums.Length; count > 0;)
        {
            int half = count / 2;
            if (sums[first + half] <= target) (first, count) = (first + half + 1, count - half - 1);
            else count = half;
        }

        return first;
    }
}
