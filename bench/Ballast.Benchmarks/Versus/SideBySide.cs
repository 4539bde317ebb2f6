using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ballast.Benchmarks.Versus;

/// <summary>
/// Times Ballast and PyTorch in turns, each in a process of its own, and compares the two of a turn: what slows the machine
/// down for a while slows both.
/// </summary>
internal static class SideBySide
{
    private const int Rounds = 5;

    /// <param name="scripts">The folder of torch_steps.py.</param>
    /// <param name="results">The file for the table.</param>
    /// <param name="names">What to compare; everything when empty.</param>
    /// <param name="output">Where the table goes besides.</param>
    /// <returns>The exit code: 2 without PyTorch.</returns>
    public static int Run(string scripts, string results, string[] names, TextWriter output)
    {
        if (FindPython() is not (string python, string version))
        {
            output.WriteLine("bench: PyTorch is missing: no python3 here can import torch (on Debian: apt-get install python3-torch).");
            return 2;
        }

        string[] ballast = [Environment.ProcessPath!, typeof(SideBySide).Assembly.Location, "time"];
        string[] torch = [python, Path.Combine(scripts, "torch_steps.py")];
        var table = new StringBuilder(
            $"""
            # Ballast and PyTorch, side by side

            `clip`: clip by global norm of 25 M float32 in 41 tensors, always scaling. The others: a training step of batch 100
            with Adam (forward, backward, update, loss read), without and with a clip by global norm. PyTorch's LSTM has two bias
            vectors where Ballast's, as TensorFlow's, has one.

            Milliseconds of a run. {Rounds} rounds of one process each, in turns. *Median*: of the rounds' medians; its ratio is the median
            of the rounds' ratios. *Fastest*: of all runs, which other work on the machine disturbs least. Below 1, Ballast is faster.

            {Processor()}, threads each: {Stopwatches.ThreadCount} · .NET {Environment.Version} · PyTorch {version}

            | | Ballast fastest | PyTorch fastest | ratio | Ballast median | PyTorch median | ratio |
            |---|---:|---:|---:|---:|---:|---:|

            """);
        output.Write(table);
        foreach (string name in names.Length > 0 ? names : Stopwatches.Subjects)
        {
            string row = Compare(name, ballast, torch);
            output.WriteLine(row);
            table.AppendLine(row);
        }

        if (names.Length == 0) File.WriteAllText(results, table.ToString());
        return 0;
    }

    private static string Compare(string name, string[] ballast, string[] torch)
    {
        var ours = new Timing[Rounds];
        var theirs = new Timing[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            if (round % 2 == 0) ours[round] = Time(ballast, name);
            theirs[round] = Time(torch, name);
            if (round % 2 == 1) ours[round] = Time(ballast, name);
        }

        (double a, double b) = (ours.Min(t => t.Fastest), theirs.Min(t => t.Fastest));
        (double c, double d) = (Median(ours), Median(theirs));
        double ratio = Stopwatches.Median(ours.Zip(theirs, (x, y) => x.Milliseconds / y.Milliseconds));
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {a:F2} | {b:F2} | **{a / b:F2}** | {c:F2} | {d:F2} | {ratio:F2} |");

        static double Median(Timing[] timings) => Stopwatches.Median(timings.Select(t => t.Milliseconds));
    }

    private static Timing Time(string[] command, string name)
    {
        string line = Output([.. command, name]) ?? throw new InvalidOperationException($"'{string.Join(' ', command)} {name}' failed.");
        return JsonSerializer.Deserialize<Timing>(line, JsonSerializerOptions.Web)!;
    }

    private static (string Python, string Version)? FindPython()
    {
        foreach (string python in new[] { "python3", "/usr/bin/python3" })
            if (Output([python, "-c", "import torch; print(torch.__version__)"]) is { } version) return (python, version.Trim());
        return null;
    }

    private static string Processor()
    {
        const string key = "model name";
        string? line = OperatingSystem.IsLinux() ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal)) : null;
        return line is null ? $"{Environment.ProcessorCount} processors" : $"{line[(line.IndexOf(':') + 1)..].Trim()}, {Environment.ProcessorCount} processors";
    }

    /// <summary>What a command prints; null when there is no such command or it fails.</summary>
    private static string? Output(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
