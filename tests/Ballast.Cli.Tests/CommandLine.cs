namespace Ballast.Cli.Tests;

/// <summary>Runs the command in this process, with its own writers, clock and interruption, and no screen.</summary>
internal static class CommandLine
{
    public static async Task<(int Code, string Out, string Error)> RunAsync(params string[] args) =>
        await RunAsync(args, CancellationToken.None);

    public static async Task<(int Code, string Out, string Error)> RunAsync(string[] args, CancellationToken interruption,
        TimeProvider? clock = null)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        var terminal = new Terminal { Out = output, Error = error, Clock = clock ?? new StoppedClock() };
        int code = await BallastCommand.RunAsync(args, terminal, interruption);
        return (code, Unix(output), Unix(error));
    }

    /// <summary>A text of the folder <c>Expected</c>.</summary>
    public static string Expected(string file) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Expected", file)).ReplaceLineEndings("\n");

    private static string Unix(StringWriter writer) => writer.ToString().ReplaceLineEndings("\n");
}

/// <summary>A clock that stands still, so that nothing printed depends on how fast a machine is.</summary>
internal sealed class StoppedClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => 0;
}
