using System.Globalization;
using Ballast.Graphs;
using Ballast.Sessions;

namespace Ballast.Benchmarks.Sessions;

/// <summary>Where the time of a step goes: by type of operation, the fastest of many runs for each.</summary>
internal static class StepProfile
{
    private const int WarmUpSteps = 200;
    private const int Steps = 200;

    public static void Print(string model, TextWriter output)
    {
        using var step = new Step(Network.ByName(model), clips: true);
        for (int i = 0; i < WarmUpSteps; i++) step.Run();
        var fastest = new Dictionary<Operation, double>();
        for (int i = 0; i < Steps; i++)
        {
            var metadata = new RunMetadata();
            step.Run(new RunOptions { CollectsStatistics = true }, metadata);
            foreach (OperationStatistics one in metadata.Statistics)
                fastest[one.Operation] = Math.Min(fastest.GetValueOrDefault(one.Operation, double.MaxValue), one.Elapsed.TotalMicroseconds);
        }

        Line("operation", "count", "µs", "µs each");
        foreach (var type in fastest.GroupBy(f => f.Key.Type).OrderByDescending(g => g.Sum(f => f.Value)))
            Line(type.Key, type.Count(), type.Sum(f => f.Value), type.Average(f => f.Value));
        Line("all", fastest.Count, fastest.Values.Sum(), fastest.Values.Average());

        void Line(string what, object count, object total, object each) =>
            output.WriteLine(string.Format(CultureInfo.InvariantCulture, "{0,-40}{1,8}{2,12:F1}{3,10:F2}", what, count, total, each));
    }
}
