using Ballast.Graphs;
using Ballast.Operations;

namespace Ballast.Gradients;

/// <summary>
/// One differentiation: walks from the ys towards the xs, calls each card's gradient rule once all of its consumers have
/// been heard, and adds up what meets. Knows the contract of the cards; loops are left to <see cref="LoopGradients"/>.
/// </summary>
internal sealed class BackwardWalk(Graph graph, IReadOnlyList<Output> ys, IReadOnlyList<Output> xs,
    IReadOnlyList<Output> stopGradients)
{
    private readonly Dictionary<Output, List<Gradient>> _received = [];
    private readonly Dictionary<Operation, int> _pending = [];
    private readonly Queue<Operation> _ready = new();
    private LoopGradients _loops = null!;

    public Gradient?[] Run(IReadOnlyList<Output?>? gradYs, UnconnectedGradients unconnected)
    {
        for (int i = 0; i < ys.Count; i++)
            Receive(ys[i], gradYs?[i] ?? Op.OnesLike(ys[i], $"grad_ys_{i}"));

        List<Operation> between = FindBetween();
        _loops = new LoopGradients(graph, between);
        foreach (Operation operation in between)
            foreach (Output input in operation.Inputs)
                if (_loops.IsBetween(input.Operation))
                    _pending[input.Operation] = _pending.GetValueOrDefault(input.Operation) + 1;

        Operation[] starts = [.. ys.Select(y => y.Operation).Distinct()
            .Where(o => _pending.GetValueOrDefault(o) == 0 && _loops.IsBetween(o))];
        foreach (Operation start in starts) _ready.Enqueue(start);
        foreach (Output exit in _loops.UnusedExits(_pending, starts)) BeginAt(exit);

        HashSet<Operation> stops = FindStops();
        while (_ready.TryDequeue(out Operation? operation))
        {
            Visit(operation, isStop: stops.Contains(operation));
            foreach (Output input in operation.Inputs) Heard(input);
        }

        _loops.Finish();
        return [.. xs.Select(x => Total(x) ?? (unconnected == UnconnectedGradients.Zero ? (Gradient)Op.ZerosLike(x) : null))];
    }

    /// <summary>All operations on a path from an x to a y, from the ys on.</summary>
    private List<Operation> FindBetween()
    {
        HashSet<Operation> reached = FindReached();
        var between = new List<Operation>();
        var queue = new Queue<Operation>(ys.Select(y => y.Operation));
        while (queue.TryDequeue(out Operation? operation))
        {
            if (!reached.Remove(operation)) continue;
            between.Add(operation);
            foreach (Output input in operation.Inputs) queue.Enqueue(input.Operation);
        }

        return between;
    }

    /// <summary>All operations that depend on an x through values that carry gradients.</summary>
    private HashSet<Operation> FindReached()
    {
        HashSet<Operation> reached = [.. xs.Select(x => x.Operation)];
        // Inputs precede their consumers in the order of creation, but for the back edges of loops.
        bool grew;
        do
        {
            grew = false;
            foreach (Operation operation in graph.Operations)
                if (!reached.Contains(operation)
                    && operation.Inputs.Any(input => ZeroGradients.CarriesGradient(input) && reached.Contains(input.Operation)))
                {
                    grew |= reached.Add(operation);
                    if (LoopGradients.StackBehind(operation) is { } stack) reached.Add(stack);
                }
        }
        while (grew);
        return reached;
    }

    /// <summary>An x before which no other x stands, and what the caller stops at.</summary>
    private HashSet<Operation> FindStops() =>
    [
        .. xs.Select(x => x.Operation).Where(o => !o.Inputs.Any(i => _pending.GetValueOrDefault(i.Operation) > 0)),
        .. stopGradients.Select(o => o.Operation),
    ];

    private void Visit(Operation operation, bool isStop)
    {
        Gradient?[] upstream;
        using (_loops.EnterBefore(operation)) upstream = [.. operation.Outputs.Select(Total)];
        if (isStop || upstream.All(gradient => gradient is null)) return;

        using IDisposable? loop = _loops.EnterAfter(operation);
        if (operation.Card.ControlFlow == ControlFlowKind.Switch && operation.ControlFlow is WhileContext own
            && own == graph.ControlFlow)
            throw new NoGradientException(operation,
                "Cannot compute a gradient inside a while loop with respect to an initial value of its loop variables.");
        Differentiate(operation, upstream);
    }

    private void Differentiate(Operation operation, Gradient?[] upstream)
    {
        OpCard card = operation.Card;
        if (card.GradientDisabled is { } reason)
            throw new NoGradientException(operation, $"Gradient explicitly disabled. Reason: {reason}");
        if (card.NotDifferentiable is not null) return;
        if (card.Gradient is null)
            throw new NoGradientException(operation,
                $"No gradient defined for operation '{operation.Name}' (op type: {operation.Type})");

        for (int i = 0; i < upstream.Length; i++)
            if (upstream[i] is null && ZeroGradients.CarriesGradient(operation.Outputs[i]))
                upstream[i] = _loops.ZerosLike(operation.Outputs[i]) is { } zeros ? zeros : (Gradient?)null;

        using NameScope scope = graph.NameScope($"{operation.Name}_grad");
        Gradient?[] downstream = card.Gradient(new GradientContext(operation, upstream, Op.ToDense));
        if (downstream.Length != operation.Inputs.Count)
            throw new InternalException(operation,
                $"Expected {operation.Inputs.Count} gradients from the card, one per input, got {downstream.Length}.");
        for (int i = 0; i < downstream.Length; i++)
            if (downstream[i] is { } gradient && ZeroGradients.CarriesGradient(operation.Inputs[i]))
                Receive(operation.Inputs[i], Checked(operation, i, gradient));
    }

    /// <summary>One consumer of an operation less is to be heard; after the last the operation's turn comes.</summary>
    private void Heard(Output input)
    {
        Operation operation = input.Operation;
        if (!_loops.IsBetween(operation)) return;
        int waiting = _pending.GetValueOrDefault(operation) - 1;
        _pending[operation] = waiting;
        // A loop's Switch is visited from its Exit first and from the body later.
        bool isReady = waiting == 0 || (waiting > 0 && LoopGradients.IsLoopSwitch(operation));
        if (!isReady) return;
        if (operation.Card.ControlFlow != ControlFlowKind.Exit)
        {
            _ready.Enqueue(operation);
            return;
        }

        foreach ((Output exit, bool needsZeros) in _loops.Defer(input, o => _received.ContainsKey(o)))
            if (needsZeros) BeginAt(exit);
            else _ready.Enqueue(exit.Operation);
    }

    /// <summary>A loop variable whose result nobody uses may still matter to another's: it starts with a gradient of zeros.</summary>
    private void BeginAt(Output exit)
    {
        if (ZeroGradients.CarriesGradient(exit)) Receive(exit, _loops.ZerosLikeExit(exit));
        _ready.Enqueue(exit.Operation);
    }

    private void Receive(Output output, Gradient gradient)
    {
        if (!_received.TryGetValue(output, out List<Gradient>? list)) _received.Add(output, list = []);
        list.Add(gradient);
    }

    private Gradient? Total(Output output)
    {
        if (!_received.TryGetValue(output, out List<Gradient>? list)) return null;
        if (list.Count == 1) return list[0];
        Gradient total = GradientSum.Of(list);
        _received[output] = [total];
        return total;
    }

    private static Gradient Checked(Operation operation, int index, Gradient gradient)
    {
        Output input = operation.Inputs[index];
        if (gradient is DenseGradient && input.DType == gradient.DType)
        {
            if (!gradient.Values.Shape.IsCompatibleWith(input.Shape))
                throw new ShapeMismatchException(operation.Type, operation.Name, $"a gradient of shape {input.Shape} for input {index}",
                    gradient.Values.Shape.ToString(), "The gradient rule of the card is at fault.", operation.Source);
            gradient.Values.SetShape(input.Shape);
        }

        return gradient;
    }
}
