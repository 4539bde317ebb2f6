using Ballast.Cli.Runs;
using Ballast.Monitoring;

namespace Ballast.Cli.Display;

/// <summary>Progress where nothing can be drawn anew: a line every few seconds, and one after each epoch.</summary>
internal sealed class ProgressLines(TextWriter writer, TimeProvider clock, string headline) : IRunDisplay, IStepObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private RunMeter? _meter;
    private long _lastLine;

    public RunResult Show(RunMeter meter, Func<IStepObserver, RunResult> training)
    {
        (_meter, _lastLine) = (meter, clock.GetTimestamp());
        writer.WriteLine(headline);
        return training(this);
    }

    public void Observe(StepRecord step)
    {
        bool epochEnds = step.Metrics.Any(m => m.Name == "heldOutAccuracy");
        if (!epochEnds && step.Step != 1 && step.Step != _meter!.Steps && clock.GetElapsedTime(_lastLine) < Interval) return;
        _lastLine = clock.GetTimestamp();
        writer.WriteLine(string.Join("  ", RunFigures.Of(_meter!).Select(f => $"{f.Name} {f.Value}")));
    }
}
