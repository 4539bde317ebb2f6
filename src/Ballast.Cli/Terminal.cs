using Spectre.Console;

namespace Ballast.Cli;

/// <summary>Where the command writes and what it may assume about it; the clock besides. Tests bring their own.</summary>
internal sealed record Terminal
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Gets whether <see cref="Out"/> is a screen that a person looks at, on which lines can be drawn anew.</summary>
    public bool OutIsScreen { get; init; }

    /// <summary>Gets whether <see cref="Error"/> is such a screen.</summary>
    public bool ErrorIsScreen { get; init; }

    /// <summary>Gets whether colours are wanted on a screen: not with NO_COLOR, and not on a terminal that is called dumb.</summary>
    public bool AllowsColour { get; init; }

    /// <summary>Gets the columns of the screen; 100 where there is none.</summary>
    public int Width { get; init; } = 100;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>A drawing board on <see cref="Out"/>.</summary>
    public IAnsiConsole OpenOut() => Open(Out, OutIsScreen);

    /// <summary>A drawing board on <see cref="Error"/>.</summary>
    public IAnsiConsole OpenError() => Open(Error, ErrorIsScreen);

    private IAnsiConsole Open(TextWriter writer, bool isScreen)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isScreen ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isScreen && AllowsColour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isScreen ? InteractionSupport.Yes : InteractionSupport.No,
        });
        console.Profile.Width = Width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
