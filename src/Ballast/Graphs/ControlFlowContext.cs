namespace Ballast.Graphs;

/// <summary>
/// The body of a conditional or a loop while it is being built. Every operation that is added meanwhile belongs to it.
/// </summary>
internal abstract class ControlFlowContext
{
    /// <summary>The construct that this one stands in; null for the outermost.</summary>
    public ControlFlowContext? Outer { get; init; }

    /// <summary>Brings an output that was made outside into the body: through a Switch or an Enter.</summary>
    public abstract Output Import(Output output);

    /// <summary>
    /// Gives an operation its place: one without data inputs from the body waits for the body's pivot, so that it runs
    /// only if (and as often as) the body does.
    /// </summary>
    public abstract void Admit(Operation operation);
}
