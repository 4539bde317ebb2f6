using Ballast.Graphs;

namespace Ballast.Operations;

/// <summary>
/// Gradients of control flow by duality: a Switch becomes a Merge, a Merge a Switch, an Exit an Enter, an Enter an Exit.
/// </summary>
/// <remarks>Source: TF 1.14 control_flow_grad.</remarks>
internal static class ControlFlowGradients
{
    public static Gradient?[] Switch(GradientContext context) => context.Operation.ControlFlow switch
    {
        WhileContext => LoopSwitch(context),
        CondContext branch => BranchSwitch(context, branch),
        _ => FreeSwitch(context),
    };

    public static Gradient?[] Merge(GradientContext context)
    {
        Operation merge = context.Operation;
        Graph graph = context.Graph;
        switch (merge.Inputs[0].Operation.ControlFlow)
        {
            case WhileContext:
                return [.. Op.SwitchOf(context.Dy, ((WhileContext)graph.ControlFlow!).Predicate!).Outputs];
            case CondContext branch:
                Output predicate = branch.Predicate;
                if (graph.ControlFlow?.Loop is WhileContext { Backward: { } backward })
                    predicate = backward.RecallPredicate(predicate);
                return [.. Op.SwitchOf(context.Dy, predicate, "cond_grad").Outputs];
            default:
                return [.. merge.Inputs.Select((_, i) =>
                    Op.SwitchOf(context.Dy, Op.Equal(merge.Outputs[1], i)).Outputs[1])];
        }
    }

    public static Gradient?[] Exit(GradientContext context)
    {
        WhileContext loop = WhileContext.OfExit(context.Operation);
        // The walk has entered the loop that runs backwards.
        var backward = (WhileContext)context.Graph.ControlFlow!;
        if (!backward.BackProp) return [null];
        if (loop.Backward is not null)
            throw new NoGradientException(context.Operation, "Second-order gradient for while loops not supported.");
        Output enter = backward.AddEnter(context.Dy, isConstant: false, name: "b_exit");
        backward.Enters.Add(enter);
        return [enter];
    }

    public static Gradient?[] Enter(GradientContext context)
    {
        if (context.Graph.ControlFlow is not WhileContext { BackProp: true, Backward: { } backward } loop)
            return [context.Upstream()];
        return [context.Operation["is_constant"].Bool
            ? backward.Accumulate(context.Operation, context.Upstream()!)
            : loop.AddExit(context.Dy)];
    }

    /// <summary>
    /// A loop's Switch is visited twice: first from its Exit, when its Merge is made, then from the body, when the Merge's
    /// back edge is closed.
    /// </summary>
    private static Gradient?[] LoopSwitch(GradientContext context)
    {
        BackwardLoop backward = ((WhileContext)context.Graph.ControlFlow!).Backward!;
        if (backward.SwitchMerges.TryGetValue(context.Operation, out Output? merge))
        {
            if (context.DyAt(1) is { } fromBody) Op.CloseLoop(merge, fromBody);
            return [null, null];
        }

        if (context.DyAt(0) is not { } fromExit) return [null, null];
        merge = Op.MergeOf([fromExit, fromExit], "b_switch").Output;
        backward.SwitchMerges.Add(context.Operation, merge);
        return [merge, null];
    }

    private static Gradient?[] BranchSwitch(GradientContext context, CondContext branch)
    {
        if (context.Upstream(1 - branch.Branch) is not null) return [Op.MergeOf([context.DyAt(0)!, context.DyAt(1)!], "cond_grad").Output, null];
        // A variable's handle has no zeros for the branch that was not taken.
        if (context.X().DType != Tensors.DType.Resource || context.DyAt(branch.Branch) is not { } dy) return [null, null];
        return [Op.MergeOf([dy, dy], "cond_resource_grad").Output, null];
    }

    private static Gradient?[] FreeSwitch(GradientContext context)
    {
        Output predicate = context.X(1);
        Output whenFalse = Op.SwitchOf(context.DyAt(0)!, predicate).Outputs[0];
        Output whenTrue = Op.SwitchOf(context.DyAt(1)!, predicate).Outputs[1];
        return [Op.MergeOf([whenFalse, whenTrue]).Output, null];
    }
}
