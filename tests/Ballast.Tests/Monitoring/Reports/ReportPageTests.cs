using System.Globalization;
using System.Text.RegularExpressions;
using Ballast.Guarding;
using Ballast.Monitoring;
using Ballast.Monitoring.Reports;

namespace Ballast.Tests.Monitoring.Reports;

public sealed partial class ReportPageTests
{
    [Fact]
    public void Page_NeedsNothingElse()
    {
        string page = Page(Report(300));
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Curves_AreDrawnInNumbersThatSvgKnows()
    {
        string page = Page(Report(5000));
        MatchCollection paths = PathData().Matches(page);
        Assert.True(paths.Count > 20);
        Assert.All(paths, p => Assert.Matches(@"^M-?[\d.]+ -?[\d.]+(H[\d.]+|V[\d.]+|(L-?[\d.]+ -?[\d.]+)*)$", p.Groups[1].Value));
        Assert.Equal(4, Count(page, "<figure>"));
        Assert.Equal(Count(page, "<svg"), Count(page, "</svg>"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void ShortRun_HasAPage(int steps) => Assert.Contains("</html>", Page(Report(steps)), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(1)]
    public void ConstantAccuracy_HasAnAxisWithinNothingAndAll(double accuracy)
    {
        RunReport report = Report(0);
        foreach (int step in (int[])[1, 2])
            report.Curves.Observe(new StepRecord { Step = step, Loss = 1, LearningRate = 1, Metrics = [new Metric("accuracy", accuracy)] });
        double[] ticks = [.. PercentTick().Matches(Page(report)).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.True(ticks.Length >= 3);
        Assert.All(ticks, tick => Assert.InRange(tick, 0, 100));
    }

    [Fact]
    public void NonFiniteSteps_LeaveTheCurvesDrawable()
    {
        RunReport report = Report(10);
        report.Curves.Observe(new StepRecord { Step = 11, Loss = double.NaN, Norm = double.PositiveInfinity, LearningRate = 1 });
        Assert.DoesNotContain("NaN", Page(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Incident_SaysOperationPlaceEvidenceAndRemedy()
    {
        string page = Page(Report(10) with
        {
            Status = RunStatus.Halted,
            Incident = new Incident(11, Verdict.NonFiniteGradient, "The global norm was NaN.", ["Clip by <global> norm."])
            {
                Operation = "rnn/MatMul_3",
                OperationType = "MatMul",
                Output = "rnn/MatMul_3:0",
                Source = "Rnn.cs:31",
                Evidence = ["input 0 within [0, 3e38]"],
            },
        });
        foreach (string expected in (string[])
            ["Stopped at step 11: non finite gradient", "The global norm was NaN.", "rnn/MatMul_3:0", "Rnn.cs:31",
                "input 0 within [0, 3e38]", "Clip by &lt;global&gt; norm.", "status halted"])
            Assert.Contains(expected, page, StringComparison.Ordinal);
    }

    [Fact]
    public void TextOfTheUser_IsEscaped()
    {
        string page = Page(Report(1) with { Title = "<script>", Sample = "a < b & c", Asked = [new Fact("run", "\"x\"")] });
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Contains("a &lt; b &amp; c", page, StringComparison.Ordinal);
        Assert.Contains("&quot;x&quot;", page, StringComparison.Ordinal);
    }

    private static RunReport Report(int steps)
    {
        var curves = new RunCurves();
        for (int step = 1; step <= steps; step++)
            curves.Observe(new StepRecord
            {
                Step = step,
                Loss = 2.3 / step,
                Norm = 1 + Math.Sin(step),
                ClippedNorm = Math.Min(1, 1 + Math.Sin(step)),
                LearningRate = 0.01,
                Metrics = step % 10 == 0 ? [new("accuracy", 0.5), new("heldOutAccuracy", 0.6)] : [new("accuracy", 0.5)],
            });
        return new RunReport { Title = "lstm", Subtitle = "digits", Status = RunStatus.Completed, Curves = curves, ClipNorm = 1 };
    }

    private static string Page(RunReport report)
    {
        using var writer = new StringWriter();
        ReportPage.Write(writer, report);
        return writer.ToString();
    }

    private static int Count(string page, string part) => page.Split(part).Length - 1;

    [GeneratedRegex("<path [^>]*d=\"([^\"]*)\"")]
    private static partial Regex PathData();

    [GeneratedRegex("class=\"end\">([^<]*) %<")]
    private static partial Regex PercentTick();
}
