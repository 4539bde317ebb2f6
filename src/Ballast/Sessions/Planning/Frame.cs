using Ballast.Graphs;

namespace Ballast.Sessions.Planning;

/// <summary>
/// A frame of TensorFlow's control flow, laid out for running: the body of one loop, or the whole plan around all loops.
/// </summary>
/// <remarks>
/// Iterations run one after the other and a loop runs whole where its turn comes, so that one order, found once, serves
/// every iteration and one slot per output is enough: an empty slot is a dead value.
/// </remarks>
internal sealed class Frame
{
    /// <summary>The name of the loop's frame; empty for the outermost.</summary>
    public required string Name { get; init; }

    /// <summary>What to do in each iteration, in order. A loop within is one step.</summary>
    public FrameStep[] Steps { get; set; } = [];

    /// <summary>The Enter operations that bring values into the frame.</summary>
    public FrameStep[] Enters { get; set; } = [];

    /// <summary>The slots that hand a value to the next iteration.</summary>
    public int[] NextSlots { get; set; } = [];

    /// <summary>The Exit operations, by their place in the plan.</summary>
    public PlanNode[] Exits { get; set; } = [];

    /// <summary>Fed slots, and how many of their uses no reader gives back: a reader in a loop reads more than once.</summary>
    public (int Slot, int Uses)[] BorrowedFeeds { get; set; } = [];
}

/// <summary>One operation, or one whole loop, in a frame.</summary>
internal sealed class FrameStep
{
    /// <summary>The operation; null for a loop.</summary>
    public PlanNode? Node { get; init; }

    /// <summary>The loop; null for an operation.</summary>
    public Frame? Loop { get; init; }

    public ControlFlowKind Kind { get; init; }

    /// <summary>For an Enter, whether its value stands in every iteration.</summary>
    public bool IsConstant { get; init; }

    /// <summary>For each input, whether its value is somebody else's to release: that of a loop, or of the whole run.</summary>
    public bool[] Borrows { get; init; } = [];

    /// <summary>The nodes whose death kills this one, for it waits for them.</summary>
    public int[] Controls { get; init; } = [];
}
