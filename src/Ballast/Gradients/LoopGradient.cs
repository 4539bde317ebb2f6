using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Gradients;

/// <summary>
/// One loop run backwards: it makes as many iterations as the forward loop counted, and finds what the forward loop's
/// iterations computed on stacks.
/// </summary>
/// <remarks>Source: TF 1.14 control_flow_state and the gradient parts of WhileContext.</remarks>
internal sealed partial class LoopGradient : BackwardLoop
{
    private readonly Graph _graph;
    private readonly LoopGradient? _around;
    private readonly ControlFlowContext? _home;
    private readonly Dictionary<Output, Output> _recalled = [];
    private readonly Output _forwardIndex;
    private readonly Output _backwardIndex;
    private Operation? _forwardSync;
    private Operation? _backwardSync;

    /// <param name="forward">The loop to differentiate.</param>
    /// <param name="around">The loop around it, when gradients go through that one as well.</param>
    /// <param name="home">Where the differentiation was asked for.</param>
    public LoopGradient(WhileContext forward, LoopGradient? around, ControlFlowContext? home)
    {
        (_graph, _around, _home, Forward) = (forward.Graph, around, home, forward);
        ForwardExits = [.. forward.Exits];
        PendingExits = ForwardExits.Count;

        Output count;
        using (_graph.EnterControlFlow(forward.Outer ?? home)) (count, _forwardIndex) = CountForward();
        Output? history = around?.Push(count);
        ControlFlowContext? outer = around is null ? forward.Outer ?? home : around.Loop;
        using (_graph.EnterControlFlow(outer))
        {
            Loop = new WhileContext(_graph, outer, _graph.UniqueName(forward.FrameName), forward.ParallelIterations,
                forward.BackProp, this);
            _backwardIndex = CountBackward(history is null ? count : around!.Pop(history, count));
        }
    }

    public override WhileContext Forward { get; }

    public override WhileContext Loop { get; }

    /// <summary>The Exits that the loop had before it was differentiated.</summary>
    public IReadOnlyList<Output> ForwardExits { get; }

    /// <summary>How many of them have not been reached by gradients yet.</summary>
    public int PendingExits { get; set; }

    /// <summary>Those that nothing between uses.</summary>
    public List<Output> UnusedExits { get; } = [];

    /// <summary>Those that have been reached and wait for the others.</summary>
    public List<Output> DeferredExits { get; } = [];

    /// <summary>Runs at the end of each forward iteration, after the pushes of its conditionals, dead or not.</summary>
    private Operation ForwardSync => _forwardSync ??= AddSync("f_sync", Forward, _forwardIndex);

    /// <summary>Runs at the end of each backward iteration, after its pops.</summary>
    private Operation BackwardSync => _backwardSync ??= AddSync("b_sync", Loop, _backwardIndex);

    public override Output Recall(Output forward)
    {
        if (_recalled.TryGetValue(forward, out Output? known)) return known;
        Output current = forward;
        LoopGradient state = this;
        while (InvariantBehind(current) is { } enter)
        {
            current = enter.Inputs[0];
            if (state._around is null) return _recalled[forward] = Loop.Import(current);
            state = state._around;
        }

        Output recalled = current.Operation.Card == Cards.Const
            ? Repeat(current.Operation["value"].Value)
            : state.Pop(state.Push(current), current);
        return _recalled[forward] = state == this ? recalled : Loop.Import(recalled);

        Output Repeat(Value constant)
        {
            using IDisposable bare = _graph.WithoutControlDependencies();
            using IDisposable inside = state.Loop.Enter();
            return _graph.Constant(constant);
        }
    }

    public override Output RecallPredicate(Output predicate)
    {
        if (!_recalled.TryGetValue(predicate, out Output? recalled))
            _recalled.Add(predicate, recalled = Pop(Push(predicate), predicate));
        return recalled;
    }

    /// <summary>Adds n = 0; while (…) n = n + 1; to the forward loop.</summary>
    private (Output Count, Output Index) CountForward()
    {
        Output zero = _graph.Constant(0, "f_count");
        // The pushes of one run of an inner loop come before those of the next.
        if (_around is not null) zero.Operation.AddControlInput(_around._forwardIndex.Operation.Inputs[0].Operation);
        using IDisposable inside = Forward.Enter();
        Output enter = Forward.AddEnter(zero, isConstant: false, name: "f_count");
        Forward.Enters.Add(enter);
        Output merge = Op.MergeOf([enter, enter]).Output;
        Operation choice = Op.SwitchOf(merge, Forward.Predicate!);
        Op.CloseLoop(merge, Op.Add(choice.Outputs[1], 1));
        return (Forward.AddExit(choice.Outputs[0], "f_count"), merge.Operation.Inputs[1]);
    }

    /// <summary>Makes the backward loop: n = count; while (n >= 1) n = n - 1.</summary>
    private Output CountBackward(Output count)
    {
        Output one = _graph.Constant(1, "b_count");
        using IDisposable inside = Loop.Enter();
        Output enter = Loop.AddEnter(count, isConstant: false, name: "b_count");
        Loop.Enters.Add(enter);
        Output merge = Op.MergeOf([enter, enter]).Output;
        Loop.ConditionPivot = merge;
        Loop.Predicate = _graph.Add(Cards.LoopCond, "b_count", [Op.GreaterEqual(merge, one)]).Output;
        Operation choice = Op.SwitchOf(merge, Loop.Predicate);
        Output index = Op.Subtract(choice.Outputs[1], one);
        Loop.BodyPivot = index;
        Op.CloseLoop(merge, index);
        Output end = Loop.AddExit(choice.Outputs[0], "b_count");
        // The pops of one run of an inner loop come before those of the next.
        _around?.BackwardSync.AddControlInput(end.Operation);
        return merge.Operation.Inputs[1];
    }

    private Operation AddSync(string name, WhileContext loop, Output index)
    {
        Operation sync;
        using (_graph.WithoutControlDependencies()) sync = _graph.Add(Cards.ControlTrigger, name, []);
        sync.ControlFlow = loop;
        index.Operation.AddControlInput(sync);
        return sync;
    }

    /// <summary>The Enter through which a value that never changes in the loop came in; null for others.</summary>
    private static Operation? InvariantBehind(Output output)
    {
        Operation operation = output.Operation;
        while (operation.Type is "Switch" or "RefSwitch" or "Identity" or "RefIdentity")
            operation = operation.Inputs[0].Operation;
        return operation.Outputs.Count > 0 && WhileContext.IsInvariant(operation.Outputs[0]) ? operation : null;
    }
}
