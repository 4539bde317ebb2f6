using Ballast.Graphs;

namespace Ballast.Operations;

/// <summary>What a loop that runs backwards knows of the loop it differentiates. Made while gradients are built.</summary>
internal abstract class BackwardLoop
{
    /// <summary>The loop that is differentiated.</summary>
    public abstract WhileContext Forward { get; }

    /// <summary>The loop that runs backwards.</summary>
    public abstract WhileContext Loop { get; }

    /// <summary>For each Switch of the forward loop that gradients have reached by its Exit, the Merge that takes its place.</summary>
    public Dictionary<Operation, Output> SwitchMerges { get; } = [];

    /// <summary>A value of the forward loop as it was in the iteration that is now run backwards.</summary>
    public abstract Output Recall(Output forward);

    /// <summary>The predicate of a conditional in the forward loop, as it was in the iteration that is now run backwards.</summary>
    public abstract Output RecallPredicate(Output predicate);

    /// <summary>Adds up the gradients that a loop invariant receives in all iterations.</summary>
    public abstract Gradient Accumulate(Operation enter, Gradient gradient);
}
