using Ballast.Cli.Runs;
using Ballast.Monitoring;
using Ballast.Monitoring.Reports;
using Ballast.Tensors;
using Spectre.Console;

namespace Ballast.Cli.Display;

/// <summary>What is said when a run has ended: a table for people, facts for the report.</summary>
internal static class Summary
{
    /// <summary>The line at the start: what is trained on what, and how.</summary>
    public static string Headline(TrainSettings settings, Workload workload, int steps) => Format.Invariant(
        $"{settings.Model.Name} on {workload.Data}: {steps:N0} steps of {settings.Batch}, {settings.Optimizer.Word} at {Format.Number(settings.LearningRate)}, clip {settings.Clip}, seed {settings.Seed}, {settings.DType.Name()}");

    /// <summary>The table at the end.</summary>
    public static void Print(IAnsiConsole console, RunResult result, TrainSettings settings, RunFolder folder)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).HideHeaders()
            .AddColumn("").AddColumn(new TableColumn("").RightAligned());
        foreach (Fact fact in Came(result, settings)) table.AddRow(new Text(fact.Name), new Text(fact.Value));
        console.Write(table);
        if (result.Sample is { Length: > 0 } sample)
        {
            console.Write(new Rule("[grey]what it writes[/]").LeftJustified());
            // Neither a text nor a path may be broken at the screen's edge.
            console.Profile.Out.Writer.WriteLine(sample);
        }

        console.Profile.Out.Writer.WriteLine($"Report: {folder.ReportFile}");
    }

    public static IEnumerable<Fact> Came(RunResult result, TrainSettings settings)
    {
        yield return new Fact("status", result.Status.ToWord());
        yield return new Fact("held-out accuracy", Format.Percent(result.HeldOut.Accuracy));
        yield return new Fact("held-out loss", Format.Number(result.HeldOut.Loss));
        yield return new Fact("loss of the last step", Format.Number(result.Loss));
        yield return new Fact("steps", Format.Count(result.Steps));
        if (settings.Clip.Kind != ClipKind.None)
            yield return new Fact($"clip {settings.Clip} engaged in", $"{Format.Percent(result.Engaged)} of the steps");
        yield return new Fact("largest norm", Format.Number(result.LargestNorm));
        yield return new Fact("variables", result.VariablesAreFinite ? "all finite" : "not all finite");
        yield return new Fact("time", Format.Time(result.Elapsed));
        if (double.IsFinite(result.StepsPerSecond)) yield return new Fact("steps/s", Format.Number(result.StepsPerSecond));
    }

    public static IEnumerable<Fact> Asked(TrainSettings settings, Workload workload, int steps)
    {
        yield return new Fact("model", settings.Model.Name);
        yield return new Fact("data", workload.Data);
        yield return new Fact("steps", settings.Epochs is { } epochs ? $"{Format.Count(steps)} ({epochs} epochs)" : Format.Count(steps));
        yield return new Fact("batch", Format.Count(settings.Batch));
        yield return new Fact("hidden units", Format.Count(settings.Hidden));
        yield return new Fact("optimizer", settings.Optimizer.Word);
        yield return new Fact("learning rate", $"{Format.Number(settings.LearningRate)}, {settings.Schedule.Word}");
        yield return new Fact("clip", settings.Clip.ToString());
        yield return new Fact("seed", Format.Invariant($"{settings.Seed}"));
        yield return new Fact("dtype", settings.DType.Name());
        if (!settings.Model.LearnsText) yield return new Fact("images moved by up to", $"{settings.Shift} px");
    }

    public static IEnumerable<Fact> Highlights(RunResult result, TrainSettings settings)
    {
        yield return new Fact("held-out accuracy", Format.Percent(result.HeldOut.Accuracy));
        yield return new Fact("loss of the last step", Format.Number(result.Loss));
        yield return new Fact("steps", Format.Count(result.Steps));
        yield return settings.Clip.Kind == ClipKind.None
            ? new Fact("largest norm", Format.Number(result.LargestNorm))
            : new Fact("clip engaged", Format.Percent(result.Engaged));
        yield return new Fact("time", Format.Time(result.Elapsed));
    }
}
