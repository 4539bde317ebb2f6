namespace Ballast.Clipping;

/// <summary>
/// Clips by global norm to a percentile of the norms seen so far, so that the limit follows the training.
/// </summary>
/// <remarks>
/// AutoClip: Seetharaman et al. 2020, "AutoClip: Adaptive Gradient Clipping for Source Separation Networks". The current norm
/// counts too, and percentiles are interpolated linearly. A norm that is not finite never enters the history: it makes the gradients NaN,
/// as in <see cref="GradientClip"/>, and the next step goes on as if the bad one had not been. A percentile of 0 clips nothing.
/// </remarks>
public sealed class PercentileClip
{
    private readonly List<double> _history = [];
    private readonly List<double> _sorted = [];

    /// <summary>Which percentile of the history is the limit.</summary>
    /// <value>From 0 to 100. The default is 10, as in the paper.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public double Percentile
    {
        get;
        init => field = value is >= 0 and <= 100 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A percentile lies between 0 and 100.");
    } = 10;

    /// <summary>How many norms are remembered; the oldest is forgotten first.</summary>
    /// <value>1 or more. The default is 10,000; the paper forgets none.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Window
    {
        get;
        init => field = value >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The window holds at least one norm.");
    } = 10_000;

    /// <summary>The whole state: the norms remembered, oldest first.</summary>
    public IReadOnlyList<double> History => _history;

    /// <summary>Puts an earlier state back.</summary>
    /// <param name="history">The norms to remember, oldest first; all finite and none negative.</param>
    /// <exception cref="ArgumentException">A norm is negative or not finite.</exception>
    public void Restore(IEnumerable<double> history)
    {
        double[] norms = [.. history];
        foreach (double norm in norms)
            if (!(norm >= 0 && double.IsFinite(norm)))
                throw new ArgumentException($"Expected finite norms that are not negative, got {norm}.", nameof(history));
        _history.Clear();
        _history.AddRange(norms.TakeLast(Window));
        _sorted.Clear();
        _sorted.AddRange(_history.Order());
    }

    /// <summary>Takes the norm of this step into the history.</summary>
    /// <param name="globalNorm">The norm before any clip.</param>
    /// <returns>The clip norm for this step: +Inf if nothing is to be clipped, NaN if the norm was not finite and was not taken.</returns>
    public double Observe(double globalNorm)
    {
        if (!(globalNorm >= 0 && double.IsFinite(globalNorm))) return double.NaN;
        if (_history.Count == Window)
        {
            _sorted.RemoveAt(_sorted.BinarySearch(_history[0]));
            _history.RemoveAt(0);
        }

        _history.Add(globalNorm);
        int place = _sorted.BinarySearch(globalNorm);
        _sorted.Insert(place < 0 ? ~place : place, globalNorm);

        double position = Percentile / 100 * (_sorted.Count - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, _sorted.Count - 1);
        double limit = double.Lerp(_sorted[below], _sorted[above], position - below);
        return limit > 0 ? limit : double.PositiveInfinity;
    }

    /// <summary>Clips all gradients by one factor to the percentile of the norms seen so far, this one included.</summary>
    /// <param name="gradients">The gradients, clipped in place.</param>
    /// <returns>The norm before the clip, and the factor.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not float, double, Half or BFloat16.</exception>
    public ClipResult Apply<T>(params ReadOnlySpan<Memory<T>> gradients) where T : unmanaged
    {
        double norm = GradientClip.GlobalNorm(gradients);
        return GradientClip.To(gradients, Observe(norm), norm);
    }
}
