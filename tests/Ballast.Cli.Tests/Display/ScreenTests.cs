namespace Ballast.Cli.Tests.Display;

public sealed class ScreenTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Screen_ShowsBarFiguresAndCurveAndThenClearsThem()
    {
        string shown = await ShowAsync(allowsColour: true);
        foreach (string expected in (string[])["━", "4/4", "accuracy", "norm", "clip ratio", "\u001b[?25l", "\u001b[?25h"])
            Assert.Contains(expected, shown, StringComparison.Ordinal);
        Assert.Matches("loss [▁▂▃▄▅▆▇█]{4}", shown);
        string end = shown[shown.LastIndexOf("\u001b[?25h", StringComparison.Ordinal)..];
        Assert.DoesNotContain("━", end, StringComparison.Ordinal);
        Assert.Contains("completed", end, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoColour_LeavesNoColourCode() =>
        Assert.DoesNotMatch(@"\u001b\[(3[0-7]|9[0-7]|38;)", await ShowAsync(allowsColour: false));

    private async Task<string> ShowAsync(bool allowsColour)
    {
        using StringWriter output = new(), error = new();
        var terminal = new Terminal
        {
            Out = output,
            Error = error,
            OutIsScreen = true,
            AllowsColour = allowsColour,
            Clock = new StoppedClock(),
        };
        int code = await BallastCommand.RunAsync(
            ["train", "mlp", "--hidden", "8", "--batch", "16", "--steps", "4", "--run", Path.Combine(_root, "run")], terminal, default);
        Assert.Equal(0, code);
        Assert.Equal("", error.ToString());
        return output.ToString();
    }
}
