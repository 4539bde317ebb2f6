namespace Ballast.Clipping;

/// <summary>What a <see cref="ZScoreClip"/> remembers.</summary>
/// <param name="Steps">How many finite norms were seen.</param>
/// <param name="Mean">Their mean: plain while warming up, exponentially weighted after.</param>
/// <param name="Variance">Their variance about it.</param>
public readonly record struct ZScoreState(long Steps, double Mean, double Variance);

/// <summary>
/// Clips by global norm where the norm is an outlier: more than so many standard deviations above the mean of the norms before it.
/// </summary>
/// <remarks>
/// ZClip: Kumar et al. 2025, "ZClip: Adaptive Spike Mitigation for LLM Pre-Training". An outlier of z deviations is brought down to
/// <c>mean + threshold²/z · deviation</c>, so that the worst are clipped hardest, and counts with that norm in the statistics. A norm that is
/// not finite changes no statistics: it makes the gradients NaN, as in <see cref="GradientClip"/>, and the next step goes on as if the bad
/// one had not been.
/// </remarks>
public sealed class ZScoreClip
{
    /// <summary>How many standard deviations above the mean pass unchanged.</summary>
    /// <value>Finite and greater than 0. The default is 2.5.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite and positive.</exception>
    public double Threshold
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The threshold must be finite and greater than 0.");
    } = 2.5;

    /// <summary>The weight of the past in mean and variance.</summary>
    /// <value>From 0 to below 1. The default is 0.97.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public double Decay
    {
        get;
        init => field = value is >= 0 and < 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The decay lies between 0 and 1, 1 excluded.");
    } = 0.97;

    /// <summary>How many norms are only looked at before the first clip.</summary>
    /// <value>1 or more. The default is 25.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int WarmUp
    {
        get;
        init => field = value >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Warming up takes at least one norm.");
    } = 25;

    /// <summary>The whole state; set it to go on from an earlier one.</summary>
    /// <exception cref="ArgumentException">A number is negative or not finite.</exception>
    public ZScoreState State
    {
        get;
        set => field = value.Steps >= 0 && value is { Mean: >= 0 and < double.PositiveInfinity, Variance: >= 0 and < double.PositiveInfinity }
            ? value
            : throw new ArgumentException($"Expected finite numbers that are not negative, got {value}.", nameof(value));
    }

    /// <summary>Takes the norm of this step into the statistics.</summary>
    /// <param name="globalNorm">The norm before any clip.</param>
    /// <returns>The clip norm for this step: +Inf if nothing is to be clipped, NaN if the norm was not finite and was not taken.</returns>
    public double Observe(double globalNorm)
    {
        if (!(globalNorm >= 0 && double.IsFinite(globalNorm))) return double.NaN;
        ZScoreState past = State;
        if (past.Steps < WarmUp)
        {
            // Welford's recurrence: the same as mean and variance of a list of the norms, without the list.
            double count = past.Steps + 1, mean = past.Mean + ((globalNorm - past.Mean) / count);
            double spread = (globalNorm - past.Mean) * (globalNorm - mean);
            Remember(mean, past.Variance + ((spread - past.Variance) / count));
            return double.PositiveInfinity;
        }

        double excess = globalNorm - past.Mean;
        double limit = double.PositiveInfinity;
        if (excess > Threshold * Math.Sqrt(past.Variance))
        {
            double reduced = past.Mean + (Threshold * Threshold * (past.Variance / excess));
            if (reduced > 0) limit = reduced;
        }

        double counted = Math.Min(globalNorm, limit);
        double now = (Decay * past.Mean) + ((1 - Decay) * counted);
        Remember(now, (Decay * past.Variance) + ((1 - Decay) * (counted - now) * (counted - now)));
        return limit;
    }

    /// <summary>Clips all gradients by one factor if their joint norm is an outlier.</summary>
    /// <param name="gradients">The gradients, clipped in place.</param>
    /// <returns>The norm before the clip, and the factor.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not float, double, Half or BFloat16.</exception>
    public ClipResult Apply<T>(params ReadOnlySpan<Memory<T>> gradients) where T : unmanaged
    {
        double norm = GradientClip.GlobalNorm(gradients);
        return GradientClip.To(gradients, Observe(norm), norm);
    }

    // A variance beyond float64 (norms of 1e160 apart) would stop all clipping for good: the largest finite one stands in.
    private void Remember(double mean, double variance) =>
        State = new ZScoreState(State.Steps + 1, mean, Math.Min(variance, double.MaxValue));
}
