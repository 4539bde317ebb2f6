using Ballast.Graphs;

namespace Ballast.Operations;

/// <summary>One branch of a conditional.</summary>
internal sealed class CondContext : ControlFlowContext
{
    /// <param name="predicate">The condition, as the branch sees it: <c>cond/pred_id</c>.</param>
    /// <param name="pivot">Lives when the branch is taken: <c>cond/switch_t</c> or <c>cond/switch_f</c>.</param>
    /// <param name="branch">1 for the branch taken when the condition is true, 0 for the other.</param>
    public CondContext(Output predicate, Output pivot, int branch)
        : base(predicate.Graph, predicate.Graph.ControlFlow)
    {
        (Predicate, Pivot, Branch) = (predicate, pivot, branch);
        pivot.Operation.ControlFlow = this;
        Know(predicate);
    }

    public Output Predicate { get; }

    public override Output Pivot { get; }

    public int Branch { get; }

    public override ControlFlowContext? Loop => Outer?.Loop;

    public override void Admit(Operation operation)
    {
        CutOuterControls(operation);
        if (operation.Inputs.Count == 0 && !operation.ControlInputs.Any(o => o.ControlFlow?.IsWithin(this) == true))
            operation.AddControlInput(Pivot.Operation);
    }

    protected override Output Bring(Output output)
    {
        Output data = Outer?.Import(output) ?? output;
        using IDisposable bare = Graph.WithoutControlDependencies();
        Operation choice = Op.SwitchOf(data, Predicate);
        choice.ControlFlow = this;
        return choice.Outputs[Branch];
    }
}
