using Ballast.Cli.Runs;
using Ballast.Monitoring;
using Ballast.Monitoring.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ballast.Cli.Display;

/// <summary>Progress on a screen: a bar, the figures and the curve of the loss, drawn anew a few times per second.</summary>
internal sealed class ProgressScreen(IAnsiConsole console, TimeProvider clock, string headline) : IRunDisplay, IStepObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(120);

    private readonly Curve _losses = new(capacity: 48);
    private RunMeter? _meter;
    private LiveDisplayContext? _live;
    private long _lastDrawn;

    public RunResult Show(RunMeter meter, Func<IStepObserver, RunResult> training)
    {
        _meter = meter;
        console.MarkupLineInterpolated($"[bold]{headline}[/]");
        return console.Live(Text.Empty).AutoClear(true).Start(live =>
        {
            _live = live;
            return training(this);
        });
    }

    public void Observe(StepRecord step)
    {
        _losses.Add(step.Step, step.Loss);
        if (step.Step > 1 && step.Step < _meter!.Steps && clock.GetElapsedTime(_lastDrawn) < Interval) return;
        _lastDrawn = clock.GetTimestamp();
        _live!.UpdateTarget(Draw());
    }

    private Rows Draw()
    {
        Fact[] figures = [.. RunFigures.Of(_meter!).Skip(1)];
        var grid = new Grid();
        foreach (Fact _ in figures) grid.AddColumn(new GridColumn().PadRight(3));
        grid.AddRow([.. figures.Select(f => (IRenderable)new Text(f.Name, new Style(Color.Grey)))]);
        grid.AddRow([.. figures.Select(f => (IRenderable)new Text(f.Value, new Style(decoration: Decoration.Bold)))]);
        return new Rows(Bar(), grid, new Text("loss " + Spark(_losses), new Style(Color.Blue)));
    }

    private Markup Bar()
    {
        int width = Math.Clamp(console.Profile.Width - 24, 10, 60);
        int done = (int)(width * _meter!.Last!.Step / _meter.Steps);
        return new Markup(
            $"[blue]{new string('━', done)}[/][grey]{new string('━', width - done)}[/]  {Format.Count(_meter.Last.Step)}/{Format.Count(_meter.Steps)}");
    }

    /// <summary>A curve of one line, on a logarithmic scale where all values are above 0.</summary>
    private static string Spark(Curve curve)
    {
        const string bars = "▁▂▃▄▅▆▇█";
        if (curve.Points.Count == 0) return "";
        bool logarithmic = curve.Points.All(p => p.Mean > 0);
        double[] heights = [.. curve.Points.Select(p => logarithmic ? Math.Log(p.Mean) : p.Mean)];
        double low = heights.Min(), span = Math.Max(heights.Max() - low, 1e-9);
        return string.Concat(heights.Select(h => bars[(int)Math.Round((h - low) / span * (bars.Length - 1))]));
    }
}
