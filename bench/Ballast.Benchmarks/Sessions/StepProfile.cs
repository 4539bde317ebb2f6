using System.Diagnostics;
using System.Globalization;
using Ballast.Graphs;
using Ballast.Sessions;

namespace Ballast.Benchmarks.Sessions;

/// <summary>Where the time of a step goes: by type of operation, the fastest of many runs for each.</summary>
internal static class StepProfile
{
    private const double WarmUpSeconds = 3;
    private const int Steps = 300;

    public static void Print(string model, TextWriter output)
    {
        using var step = new Step(Network.ByName(model), clips: true);
        double whole = FastestMicroseconds(step);
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
        Line("the whole step, unobserved", 1, whole, whole);

        void Line(string what, object count, object total, object each) =>
            output.WriteLine(string.Format(CultureInfo.InvariantCulture, "{0,-40}{1,8}{2,12:F1}{3,10:F2}", what, count, total, each));
    }

    private static double FastestMicroseconds(Step step)
    {
        double fastest = double.MaxValue;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds;)
        {
            long begin = Stopwatch.GetTimestamp();
            step.Run();
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
        }

        return fastest;
    }
}
