using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Gradients;

/// <summary>
/// One differentiation: walks from the ys towards the xs, calls each card's gradient rule once all of its consumers have
/// been heard, and adds up what meets. Knows the contract of the cards and names no operation but those that add.
/// </summary>
internal sealed class BackwardWalk(Graph graph, IReadOnlyList<Output> ys, IReadOnlyList<Output> xs,
    IReadOnlyList<Output> stopGradients)
{
    private readonly Dictionary<Output, List<Gradient>> _received = [];
    private readonly Dictionary<Operation, int> _pending = [];
    private readonly HashSet<Operation> _reached = [];

    public Gradient?[] Run(IReadOnlyList<Output?>? gradYs, UnconnectedGradients unconnected)
    {
        FindReached();
        CountPending();
        var ready = new Queue<Operation>();
        for (int i = 0; i < ys.Count; i++)
            Receive(ys[i], gradYs?[i] ?? Op.OnesLike(ys[i], $"grad_ys_{i}"));
        foreach (Operation operation in ys.Select(y => y.Operation).Distinct())
            if (_pending.GetValueOrDefault(operation) == 0) ready.Enqueue(operation);

        var stopped = new HashSet<Operation>(stopGradients.Select(o => o.Operation));
        var done = new HashSet<Operation>();
        while (ready.TryDequeue(out Operation? operation))
        {
            if (!done.Add(operation)) continue;
            if (_reached.Contains(operation) && !stopped.Contains(operation)) Differentiate(operation);
            foreach (Output input in operation.Inputs)
                if (_pending.TryGetValue(input.Operation, out int waiting))
                {
                    _pending[input.Operation] = waiting - 1;
                    if (waiting == 1) ready.Enqueue(input.Operation);
                }
        }

        return [.. xs.Select(x => Total(x) ?? (unconnected == UnconnectedGradients.Zero ? (Gradient)Op.ZerosLike(x) : null))];
    }

    /// <summary>Whether a gradient can flow through a value of this type.</summary>
    private static bool IsTrainable(Output output) => output.DType.IsFloating() || output.DType == DType.Resource;

    /// <summary>All operations that depend on an x.</summary>
    private void FindReached()
    {
        var sources = new HashSet<Output>(xs);
        // Inputs precede their consumers in the order of creation, but for the back edges of loops.
        bool grew;
        do
        {
            grew = false;
            foreach (Operation operation in graph.Operations)
            {
                if (_reached.Contains(operation)) continue;
                if (operation.Outputs.Any(sources.Contains)
                    || operation.Inputs.Any(input => IsTrainable(input) && _reached.Contains(input.Operation)))
                    grew |= _reached.Add(operation);
            }
        }
        while (grew);
    }

    /// <summary>For each operation between ys and xs, how many inputs of such operations it feeds.</summary>
    private void CountPending()
    {
        var visited = new HashSet<Operation>();
        var stack = new Stack<Operation>(ys.Select(y => y.Operation).Where(_reached.Contains));
        while (stack.TryPop(out Operation? operation))
        {
            if (!visited.Add(operation)) continue;
            foreach (Output input in operation.Inputs)
            {
                if (!_reached.Contains(input.Operation)) continue;
                _pending[input.Operation] = _pending.GetValueOrDefault(input.Operation) + 1;
                stack.Push(input.Operation);
            }
        }
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

    private void Differentiate(Operation operation)
    {
        // An x that is itself differentiated no further keeps what it received.
        if (!operation.Inputs.Any(input => _reached.Contains(input.Operation) && IsTrainable(input))) return;
        Gradient?[] upstream = [.. operation.Outputs.Select(Total)];
        if (upstream.All(gradient => gradient is null)) return;

        OpCard card = operation.Card;
        if (card.GradientDisabled is { } reason) throw new NoGradientException(operation, $"Gradient explicitly disabled. Reason: {reason}");
        if (card.NotDifferentiable is not null) return;
        if (card.Gradient is null)
            throw new NoGradientException(operation, $"No gradient defined for operation '{operation.Name}' (op type: {operation.Type})");

        using NameScope scope = graph.NameScope($"{operation.Name}_grad");
        for (int i = 0; i < upstream.Length; i++)
            if (upstream[i] is null && operation.Outputs[i].DType.IsFloating())
                upstream[i] = Op.ZerosLike(operation.Outputs[i]);
        Gradient?[] downstream = card.Gradient(new GradientContext(operation, upstream, Op.ToDense));
        if (downstream.Length != operation.Inputs.Count)
            throw new InternalException(operation,
                $"Expected {operation.Inputs.Count} gradients from the card, one per input, got {downstream.Length}.");
        for (int i = 0; i < downstream.Length; i++)
            if (downstream[i] is { } gradient && IsTrainable(operation.Inputs[i]))
                Receive(operation.Inputs[i], Checked(operation, i, gradient));
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
