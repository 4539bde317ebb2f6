using Ballast.Guarding;

namespace Ballast.Monitoring;

/// <summary>A bad step: what was found, where it began, and what to try.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Verdict">What was found.</param>
/// <param name="Message">What happened, in a sentence or two.</param>
/// <param name="Remedies">What to try, the likeliest first.</param>
public sealed record Incident(long Step, Verdict Verdict, string Message, IReadOnlyList<string> Remedies)
{
    /// <summary>Gets the name of the operation that made the first non-finite value; null when it is not known.</summary>
    public string? Operation { get; init; }

    /// <summary>Gets the type of that operation, such as <c>MatMul</c>.</summary>
    public string? OperationType { get; init; }

    /// <summary>Gets the name of the output that held it: <c>rnn/MatMul:0</c>.</summary>
    public string? Output { get; init; }

    /// <summary>Gets the line of C# that made the operation: <c>Rnn.cs:31</c>.</summary>
    public string? Source { get; init; }

    /// <summary>Gets what was measured, such as the ranges of the operation's inputs.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];
}
