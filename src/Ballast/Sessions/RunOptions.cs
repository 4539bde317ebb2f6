using System.Globalization;
using Ballast.Graphs;

namespace Ballast.Sessions;

/// <summary>What to observe during one run.</summary>
public sealed class RunOptions
{
    /// <summary>Gets whether time and memory of each operation are measured.</summary>
    /// <value>The default is false.</value>
    public bool CollectsStatistics { get; init; }

    /// <summary>Gets whether every floating-point output is looked at, to find the operation that made the first NaN or Inf.</summary>
    /// <value>The default is false. Costs about one more read of every value.</value>
    public bool WatchesNonFinite { get; init; }
}

/// <summary>What was observed during one run.</summary>
public sealed class RunMetadata
{
    internal List<OperationStatistics> MutableStatistics { get; } = [];

    /// <summary>Each executed operation in order; empty unless <see cref="RunOptions.CollectsStatistics"/>.</summary>
    public IReadOnlyList<OperationStatistics> Statistics => MutableStatistics;

    /// <summary>
    /// The first operation that made NaN or Inf of finite inputs; null when there was none or
    /// <see cref="RunOptions.WatchesNonFinite"/> was off.
    /// </summary>
    public NonFiniteOrigin? FirstNonFinite { get; internal set; }
}

/// <summary>Time and memory of one execution of an operation.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Elapsed">The time its kernel took.</param>
/// <param name="OutputBytes">The bytes of its outputs.</param>
public readonly record struct OperationStatistics(Operation Operation, TimeSpan Elapsed, long OutputBytes);

/// <summary>Where the first non-finite value of a run came from.</summary>
/// <param name="Output">The output that held it. Its operation had finite inputs only, or was fed or read it.</param>
/// <param name="NanCount">How many elements are NaN.</param>
/// <param name="InfinityCount">How many elements are ±Inf.</param>
/// <param name="ElementCount">How many elements there are.</param>
/// <param name="Inputs">The range of each floating-point input.</param>
public sealed record NonFiniteOrigin(Output Output, long NanCount, long InfinityCount, long ElementCount,
    IReadOnlyList<InputRange> Inputs)
{
    /// <summary>The output, what is wrong with it, and the ranges of the inputs.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Output.Operation}: {NanCount} NaN and {InfinityCount} Inf of {ElementCount} elements in {Output.Name}; inputs: {string.Join(", ", Inputs)}");
}

/// <summary>The range of an operation's input in one run.</summary>
/// <param name="Output">The output that the input read.</param>
/// <param name="Minimum">The smallest finite element; +Inf when there is none.</param>
/// <param name="Maximum">The largest finite element; -Inf when there is none.</param>
public sealed record InputRange(Output Output, double Minimum, double Maximum)
{
    /// <summary>The output and its range.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Output.Name} within [{Minimum}, {Maximum}]");
}
