namespace Ballast.Monitoring.Reports;

/// <summary>What the page about a run says.</summary>
public sealed record RunReport
{
    /// <summary>Gets the headline: <c>lstm</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Gets what it was trained on, in a few words.</summary>
    public required string Subtitle { get; init; }

    /// <summary>Gets how the run ended.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Gets the numbers that stand at the top, four or five.</summary>
    public IReadOnlyList<Fact> Highlights { get; init; } = [];

    /// <summary>Gets what was asked for: model, data, options.</summary>
    public IReadOnlyList<Fact> Asked { get; init; } = [];

    /// <summary>Gets what came of it.</summary>
    public IReadOnlyList<Fact> Came { get; init; } = [];

    /// <summary>Gets the curves.</summary>
    public required RunCurves Curves { get; init; }

    /// <summary>Gets the bound of a clip by global norm, drawn among the norms; null with another clip or none.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Gets the bad step; null when there was none.</summary>
    public Incident? Incident { get; init; }

    /// <summary>Gets a text that the model wrote; null for models that write none.</summary>
    public string? Sample { get; init; }
}

/// <summary>How a run ended.</summary>
public enum RunStatus
{
    /// <summary>All steps were done.</summary>
    Completed,

    /// <summary>A bad step ended it.</summary>
    Halted,

    /// <summary>Someone ended it.</summary>
    Interrupted,
}

/// <summary>A line of a table: a name and what stands beside it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">What it is worth.</param>
public readonly record struct Fact(string Name, string Value);
