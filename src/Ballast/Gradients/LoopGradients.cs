using Ballast.Graphs;
using Ballast.Operations;

namespace Ballast.Gradients;

/// <summary>The loops that one differentiation goes through, and how it gets into and out of them.</summary>
/// <remarks>Source: TF 1.14 control_flow_state.</remarks>
internal sealed class LoopGradients
{
    private readonly Graph _graph;
    private readonly Dictionary<WhileContext, LoopGradient> _loops = [];
    private readonly HashSet<Operation> _between;

    /// <summary>Makes a loop that runs backwards for each loop that gradients go through.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="between">The operations to differentiate, from the ys on; all Exits of the loops among them are added.</param>
    public LoopGradients(Graph graph, List<Operation> between)
    {
        (_graph, _between) = (graph, [.. between]);
        foreach (Operation exit in between.Where(o => o.Card.ControlFlow == ControlFlowKind.Exit).ToArray())
        {
            if (exit.Inputs[0].Operation.ControlFlow?.Loop is not WhileContext forward)
                throw new NoGradientException(exit, "The loop was not built here: nothing says where it begins and ends.");
            if (_loops.ContainsKey(forward)) continue;
            LoopGradient? around = forward.Outer?.Loop is WhileContext outer ? _loops.GetValueOrDefault(outer) : null;
            var loop = new LoopGradient(forward, around, graph.ControlFlow);
            _loops.Add(forward, loop);
            foreach (Output other in loop.ForwardExits)
                if (_between.Add(other.Operation)) between.Add(other.Operation);
        }
    }

    public bool IsBetween(Operation operation) => _between.Contains(operation);

    /// <summary>The stack that a push puts a differentiable value on: what pops it depends on that value.</summary>
    public static Operation? StackBehind(Operation push)
    {
        if (push.Card != Cards.StackPushV2 || !ZeroGradients.CarriesGradient(push.Inputs[1])) return null;
        Operation stack = push;
        while (stack.Card != Cards.StackV2) stack = stack.Inputs[0].Operation;
        return stack;
    }

    public static bool IsLoopSwitch(Operation operation) =>
        operation.Card.ControlFlow == ControlFlowKind.Switch && operation.ControlFlow is WhileContext;

    /// <summary>Enters the backward loop in which the gradients of an operation's outputs stand.</summary>
    public IDisposable? EnterBefore(Operation operation) => LoopAt(operation.ControlFlow)?.Loop.Enter();

    /// <summary>Enters the backward loop in which the gradients of an operation's inputs stand: an Exit leads into one.</summary>
    public IDisposable? EnterAfter(Operation operation) => LoopOf(operation)?.Loop.Enter();

    /// <summary>The Exits of loops none of whose results any y depends on, though the loop is on the way.</summary>
    public IEnumerable<Output> UnusedExits(Dictionary<Operation, int> pending, IReadOnlyCollection<Operation> starts)
    {
        var exits = new List<Output>();
        foreach (LoopGradient loop in _loops.Values)
            foreach (Output exit in loop.ForwardExits)
            {
                if (pending.GetValueOrDefault(exit.Operation) != 0) continue;
                loop.PendingExits--;
                if (!starts.Contains(exit.Operation)) loop.UnusedExits.Add(exit);
                if (loop.PendingExits == 0) exits.AddRange(loop.UnusedExits);
            }

        return exits;
    }

    /// <summary>
    /// Holds an Exit back until all Exits of its loop are ready; then gives them all, and whether each must start with zeros.
    /// </summary>
    public IReadOnlyList<(Output Exit, bool NeedsZeros)> Defer(Output exit, Func<Output, bool> hasGradient)
    {
        LoopGradient loop = LoopOf(exit.Operation)!;
        loop.DeferredExits.Add(exit);
        if (--loop.PendingExits > 0) return [];
        List<(Output, bool)> all = [.. loop.DeferredExits.Where(hasGradient).Select(e => (e, false))];
        bool any = all.Count > 0;
        loop.UnusedExits.AddRange(loop.DeferredExits.Where(e => !hasGradient(e)));
        all.AddRange(loop.UnusedExits.Select(e => (e, any)));
        return all;
    }

    /// <summary>Zeros for an output that no gradient reached; null where there are none.</summary>
    public Output? ZerosLike(Output output)
    {
        if (IsLoopSwitch(output.Operation)) return null;
        return LoopAt(output.Operation.ControlFlow) is { } loop ? loop.ZerosLike(output) : ZeroGradients.Like(output);
    }

    /// <summary>Zeros for the result of a loop that nobody uses.</summary>
    public Output ZerosLikeExit(Output exit) => LoopAt(exit.Operation.ControlFlow) is { } around
        ? around.ZerosLikeExit(exit, LoopOf(exit.Operation)!)
        : exit.Shape.IsFullyKnown
            ? ZeroGradients.Constant(_graph, exit.DType, exit.Shape, "zeros")
            : Op.ZerosLike(exit);

    /// <summary>Closes the backward loops whose variable at one iteration does not depend on the one before.</summary>
    public void Finish()
    {
        foreach (LoopGradient loop in _loops.Values) loop.CloseOpenMerges();
    }

    private LoopGradient? LoopAt(ControlFlowContext? context) =>
        context?.Loop is WhileContext loop ? _loops.GetValueOrDefault(loop) : null;

    private LoopGradient? LoopOf(Operation operation) => operation.Card.ControlFlow == ControlFlowKind.Exit
        ? LoopAt(operation.Inputs[0].Operation.ControlFlow)
        : LoopAt(operation.ControlFlow);
}
