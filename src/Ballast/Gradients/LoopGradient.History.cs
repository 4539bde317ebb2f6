using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Gradients;

/// <content>Stacks: what the forward loop computed in each iteration, for the backward loop.</content>
internal sealed partial class LoopGradient
{
    /// <summary>Lets the forward loop push a value of each iteration.</summary>
    /// <param name="value">A value of the forward loop, perhaps in a conditional within.</param>
    /// <param name="whenDead">Whether it stands for the branch of a conditional that is not taken.</param>
    /// <returns>The stack.</returns>
    private Output Push(Output value, bool whenDead = false)
    {
        using IDisposable bare = _graph.WithoutControlDependencies();
        Output stack;
        using (_graph.EnterControlFlow(_home))
            stack = _graph.Add(Cards.StackV2, "f_acc", [_graph.Constant(-1)], ("elem_type", value.DType)).Output;
        Output inside = Forward.Import(stack);

        Operation push;
        if (value.Operation.ControlFlow == Forward)
        {
            using (Forward.Enter()) push = _graph.Add(Cards.StackPushV2, null, [inside, value]);
            _forwardIndex.Operation.AddControlInput(push);
        }
        else
        {
            ControlFlowContext branch = value.Operation.ControlFlow
                ?? throw new InternalException(value.Operation, "It is needed backwards but stands in no loop.");
            using (_graph.EnterControlFlow(whenDead ? branch.Outer : branch))
                push = _graph.Add(Cards.StackPushV2, null, [inside, value]);
            push.ControlFlow = branch;
            ForwardSync.AddControlInput(push);
        }

        push.AddControlInput(_forwardIndex.Operation.Inputs[0].Operation);
        return stack;
    }

    /// <summary>The value that the forward loop pushed in the iteration that is now run backwards.</summary>
    private Output Pop(Output stack, Output value, bool whenDead = false)
    {
        using IDisposable bare = _graph.WithoutControlDependencies();
        Output pop;
        using (Loop.Enter())
        {
            if (BranchOf(value, stack.Operation.ControlFlow) is { } branch)
                stack = Op.SwitchOf(stack, PredicateOf(branch)).Outputs[whenDead ? 1 - branch.Branch : branch.Branch];
            pop = _graph.Add(Cards.StackPopV2, null, [stack], ("elem_type", value.DType)).Output;
            pop.SetShape(value.Shape);
        }

        if (Loop.ParallelIterations > 1) BackwardSync.AddControlInput(pop.Operation);
        return pop;
    }

    /// <summary>The innermost conditional between a value and where its stack stands.</summary>
    private static CondContext? BranchOf(Output value, ControlFlowContext? end)
    {
        for (ControlFlowContext? context = value.Operation.ControlFlow; context is not null && context != end; context = context.Outer)
            if (context is CondContext branch) return branch;
        return null;
    }

    private Output PredicateOf(CondContext branch)
    {
        for (LoopGradient? state = this; state is not null; state = state._around)
            if (state._recalled.TryGetValue(branch.Predicate, out Output? recalled)) return recalled;
        return branch.Predicate;
    }

    /// <summary>Zeros in the backward loop, of the shape that an output of the forward loop has in each iteration.</summary>
    public Output? ZerosLike(Output output)
    {
        Operation operation = output.Operation;
        if (output.DType == DType.Resource) return null;
        CondContext? notTaken = operation.Card.ControlFlow == ControlFlowKind.Switch ? operation.ControlFlow as CondContext : null;
        if (output.Shape.IsFullyKnown)
        {
            Output zeros = ZeroGradients.Constant(_graph, output.DType, output.Shape, "zeros");
            return notTaken is null
                ? zeros
                : Op.SwitchOf(zeros, RecallPredicate(notTaken.Predicate)).Outputs[1 - notTaken.Branch];
        }

        Output shape;
        using (_graph.EnterControlFlow(notTaken is null ? operation.ControlFlow : notTaken.Outer))
        {
            Output value = notTaken is null
                ? output
                : Op.SwitchOf(operation.Inputs[0], notTaken.Predicate).Outputs[1 - notTaken.Branch];
            shape = ZeroGradients.ShapeOf(value);
            if (notTaken is not null) value.Operation.ControlFlow = shape.Operation.ControlFlow = notTaken;
        }

        Output recalled = Pop(Push(shape, notTaken is not null), shape, notTaken is not null);
        return Op.Zeros(recalled, output.DType);
    }

    /// <summary>Zeros in this backward loop for an unused result of a loop within the forward loop.</summary>
    public Output ZerosLikeExit(Output exit, LoopGradient inner)
    {
        if (exit.Shape.IsFullyKnown)
        {
            using IDisposable inside = Loop.Enter();
            return ZeroGradients.Constant(_graph, exit.DType, exit.Shape, "zeros");
        }

        Output shape;
        using (_graph.EnterControlFlow(inner.Forward.Outer)) shape = ZeroGradients.ShapeOf(exit);
        Output recalled = Pop(Push(shape), shape);
        using IDisposable backwards = Loop.Enter();
        return Op.Zeros(recalled, exit.DType);
    }
}
