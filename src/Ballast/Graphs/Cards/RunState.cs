using Ballast.Tensors;

namespace Ballast.Graphs;

/// <summary>
/// What an operation makes for the others of its run: a stack, an array of values. It is emptied when the run ends, and
/// taken again by a later one.
/// </summary>
internal abstract class RunState
{
    protected RunState() => Handle = Value.ForHandle(this);

    /// <summary>The value that stands for it on resource edges.</summary>
    public Value Handle { get; }

    /// <summary>Lets go of all values.</summary>
    public abstract void Clear();
}
