using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ballast.Benchmarks.Clipping;
using Ballast.Benchmarks.Sessions;
using Ballast.Sessions;

namespace Ballast.Benchmarks.Versus;

/// <summary>What one process measured of one subject, a line that it prints: the median of its runs, and the fastest.</summary>
internal sealed record Timing(string Name, double Milliseconds, double Fastest);

/// <summary>The counterpart of bench/versus/torch_steps.py: the same work, timed the same way, the same lines printed.</summary>
internal static class Stopwatches
{
    private const double WarmUpSeconds = 1;
    private const double Seconds = 3;

    /// <summary>The clip, and each network's step unclipped and clipped.</summary>
    public static readonly string[] Subjects =
        ["clip", .. from network in Network.Names from kind in new[] { "unclipped", "clipped" } select $"{network}-{kind}"];

    /// <summary>How many threads either engine uses: the environment's THREADS, or 2.</summary>
    public static int ThreadCount { get; } =
        Environment.GetEnvironmentVariable("THREADS") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 2;

    public static void Time(string[] names, TextWriter output)
    {
        Threads.Count = ThreadCount;
        foreach (string name in names.Length > 0 ? names : Subjects)
        {
            using IDisposable subject = Make(name, out Action run);
            _ = Milliseconds(run, WarmUpSeconds);
            List<double> times = Milliseconds(run, Seconds);
            output.WriteLine(JsonSerializer.Serialize(new Timing(name, Median(times), times.Min()), JsonSerializerOptions.Web));
        }
    }

    public static double Median(IEnumerable<double> numbers)
    {
        double[] sorted = [.. numbers.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static IDisposable Make(string name, out Action run)
    {
        if (!Subjects.Contains(name))
            throw new ArgumentException($"There is no '{name}' to time. There are: {string.Join(", ", Subjects)}.");
        if (name == "clip")
        {
            var gradients = new ManyGradients();
            run = () => gradients.ClipALittle();
            return gradients;
        }

        string[] parts = name.Split('-');
        var step = new Step(Network.ByName(parts[0]), clips: parts[1] == "clipped");
        run = () => step.Run();
        return step;
    }

    private static List<double> Milliseconds(Action run, double seconds)
    {
        var times = new List<double>();
        long start = Stopwatch.GetTimestamp();
        do
        {
            long begin = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return times;
    }
}
