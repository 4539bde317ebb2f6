using Ballast.Graphs;

namespace Ballast.Operations;

/// <summary>The condition and body of a loop.</summary>
internal sealed class WhileContext(Graph graph, ControlFlowContext? outer, string frameName, int parallelIterations,
    bool backProp, BackwardLoop? backward = null) : ControlFlowContext(graph, outer)
{
    /// <summary>The name of the loop's frame.</summary>
    public string FrameName => frameName;

    public int ParallelIterations => parallelIterations;

    /// <summary>Whether gradients may flow through the loop.</summary>
    public bool BackProp => backProp;

    /// <summary>What a loop that runs backwards knows of the loop it differentiates; null for any other loop.</summary>
    public BackwardLoop? Backward => backward;

    /// <summary>The Enters of the loop variables.</summary>
    public List<Output> Enters { get; } = [];

    /// <summary>The Exits of the loop variables; they belong to the construct around the loop.</summary>
    public List<Output> Exits { get; } = [];

    /// <summary>Lives in every iteration, the last and broken-off one included; set when the condition is built.</summary>
    public Output? ConditionPivot { get; set; }

    /// <summary>Lives in every iteration whose body runs; set when the body is built.</summary>
    public Output? BodyPivot { get; set; }

    /// <summary>The output of LoopCond.</summary>
    public Output? Predicate { get; set; }

    public override ControlFlowContext Loop => this;

    public override Output Pivot => BodyPivot ?? ConditionPivot
        ?? throw new InvalidOperationException($"The loop '{frameName}' has no pivot before its condition is built.");

    /// <summary>The loop that an Exit leaves.</summary>
    public static WhileContext OfExit(Operation exit) => (WhileContext)exit.Inputs[0].Operation.ControlFlow!.Loop!;

    public override void Admit(Operation operation)
    {
        IReadOnlyList<Operation> cut = CutOuterControls(operation);
        if (operation.ControlInputs.Count == 0 && operation.Inputs.All(IsInvariant))
            operation.AddControlInput(Pivot.Operation);

        // What must have run before the loop's operation must have run before a value of it comes in.
        foreach (Operation control in cut.Where(o => o.Outputs.Count > 0))
        {
            using IDisposable bare = Graph.WithoutControlDependencies();
            using IDisposable inside = Enter();
            operation.AddControlInput(Op.Identity(control.Output).Operation);
        }
    }

    /// <summary>Adds the Enter of a loop variable or a loop invariant, which belongs to the loop though its input does not.</summary>
    public Output AddEnter(Output data, bool isConstant, bool keepsShape = true, string? name = null)
    {
        Operation enter;
        using (Graph.WithoutControlDependencies())
            enter = Graph.Add(data.IsReference ? Cards.RefEnter : Cards.Enter, name, [data], ("frame_name", frameName),
                ("is_constant", isConstant), ("parallel_iterations", (long)parallelIterations));
        enter.ControlFlow = this;
        if (keepsShape) enter.Output.SetShape(data.Shape);
        foreach (Operation control in Graph.CurrentControlDependencies)
            if (control != data.Operation && StandsAround(control)) enter.AddControlInput(control);
        Graph.MarkAsWaiting(enter);
        return enter.Output;
    }

    /// <summary>Adds a loop variable's Exit, which belongs to the construct around the loop.</summary>
    public Output AddExit(Output data, string? name = null)
    {
        Output exit = Graph.Add(data.IsReference ? Cards.RefExit : Cards.Exit, name, [data]).Output;
        exit.Operation.ControlFlow = Outer;
        Exits.Add(exit);
        return exit;
    }

    protected override Output Bring(Output output)
    {
        if (backward is not null && output.Operation.ControlFlow?.Loop == backward.Forward) return backward.Recall(output);
        return AddEnter(Outer?.Import(output) ?? output, isConstant: true);
    }

    /// <summary>Whether the loop's Enters may wait for an operation: it stands between this loop and the next one around it.</summary>
    private bool StandsAround(Operation operation)
    {
        for (ControlFlowContext? context = Outer; context != operation.ControlFlow; context = context.Outer)
            if (context is null || context == Outer?.Loop) return false;
        return true;
    }

    internal static bool IsInvariant(Output output) =>
        output.Operation.Card.ControlFlow == ControlFlowKind.Enter && output.Operation["is_constant"].Bool;
}
