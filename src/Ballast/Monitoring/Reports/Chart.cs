namespace Ballast.Monitoring.Reports;

/// <summary>A line chart over the steps of a run.</summary>
/// <param name="Title">What the numbers are.</param>
/// <param name="Series">The curves; those without points are left out.</param>
internal sealed record Chart(string Title, params IReadOnlyList<ChartSeries> Series)
{
    /// <summary>Gets whether the values stand on a logarithmic axis; values of 0 and below are then left out.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Gets a horizontal line with its label; null for none.</summary>
    public (double Value, string Label)? Level { get; init; }

    /// <summary>Gets the step of the incident, drawn as a vertical line; null for none.</summary>
    public long? IncidentStep { get; init; }

    /// <summary>Gets whether the values are fractions of 1, written in percent.</summary>
    public bool IsFraction { get; init; }
}

/// <summary>One curve of a chart.</summary>
/// <param name="Label">Its name in the legend.</param>
/// <param name="Colour">The number of its colour, from 1.</param>
/// <param name="Curve">Its points.</param>
internal sealed record ChartSeries(string Label, int Colour, Curve Curve)
{
    /// <summary>Gets whether the points are noisy: a pale line through all, and a strong one through their running mean.</summary>
    public bool IsNoisy { get; init; }

    /// <summary>Gets whether each point is marked: for few.</summary>
    public bool HasMarks { get; init; }
}
