using Ballast.Guarding;
using Ballast.Monitoring;
using Ballast.Tensors;

namespace Ballast.Cli.Runs;

/// <summary>Counts and averages over the steps so far: what a display shows and a summary tells.</summary>
internal sealed class RunMeter(TimeProvider clock, int steps, DType dtype) : IStepObserver
{
    // Clips multiply and divide by the bound: what they leave alone may still change in its last digit.
    private readonly double _rounding = dtype switch { DType.Float64 => 1e-13, DType.Float32 => 1e-5, DType.Float16 => 5e-3, _ => 4e-2 };
    private readonly long _started = clock.GetTimestamp();
    private long _firstDone;
    private long _engaged;

    /// <summary>The last step observed; null before the first.</summary>
    public StepRecord? Last { get; private set; }

    /// <summary>How many updates were written.</summary>
    public long Committed { get; private set; }

    public int Steps => steps;

    /// <summary>The loss over the last 50 steps or so.</summary>
    public double SmoothLoss { get; private set; } = double.NaN;

    /// <summary>The accuracy over the last 50 batches or so.</summary>
    public double SmoothAccuracy { get; private set; } = double.NaN;

    /// <summary>The last accuracy on held-out examples; NaN before the first.</summary>
    public double HeldOutAccuracy { get; private set; } = double.NaN;

    /// <summary>The loss of the last good step.</summary>
    public double LastLoss { get; private set; } = double.NaN;

    /// <summary>The largest finite norm so far.</summary>
    public double LargestNorm { get; private set; } = double.NaN;

    public double Engaged => Committed == 0 ? 0 : (double)_engaged / Committed;

    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>Steps per second, without the first step, which plans the graph.</summary>
    public double StepsPerSecond => Committed < 2 ? double.NaN : (Committed - 1) / clock.GetElapsedTime(_firstDone).TotalSeconds;

    public TimeSpan? TimeLeft => StepsPerSecond is > 0 and var speed && double.IsFinite(speed)
        ? TimeSpan.FromSeconds((steps - Committed) / speed)
        : null;

    public void Observe(StepRecord step)
    {
        Last = step;
        foreach (Metric metric in step.Metrics)
        {
            if (metric.Name == "accuracy") SmoothAccuracy = Smooth(SmoothAccuracy, metric.Value);
            else if (metric.Name == "heldOutAccuracy") HeldOutAccuracy = metric.Value;
        }

        if (step.Norm is { } norm && double.IsFinite(norm)) LargestNorm = Math.Max(norm, double.IsNaN(LargestNorm) ? 0 : LargestNorm);
        if (step.Action != StepAction.Commit) return;
        if (Committed++ == 0) _firstDone = clock.GetTimestamp();
        LastLoss = step.Loss;
        SmoothLoss = Smooth(SmoothLoss, step.Loss);
        if (step.ClippedNorm < step.Norm * (1 - _rounding)) _engaged++;
    }

    private double Smooth(double mean, double value) =>
        double.IsNaN(mean) ? value : mean + (value - mean) / Math.Min(50, Committed + 1);
}
