using Ballast.Graphs;

namespace Ballast.Sessions.Planning;

/// <summary>The steps of a plan with their readers, for fusions to look around in and to replace.</summary>
internal sealed class StepGraph
{
    private readonly Dictionary<Operation, PlanStep> _steps = [];
    private readonly List<Operation> _order = [];
    private readonly Dictionary<Output, List<Operation>> _readers = [];
    private readonly HashSet<Operation> _waitedFor = [];
    private readonly IReadOnlySet<Output> _kept;

    public StepGraph(List<PlanStep> steps, IReadOnlySet<Output> kept)
    {
        _kept = kept;
        foreach (PlanStep step in steps)
        {
            _steps.Add(step.Operation, step);
            _order.Add(step.Operation);
            foreach (Output input in step.Inputs.OfType<Output>())
            {
                if (!_readers.TryGetValue(input, out List<Operation>? readers)) _readers.Add(input, readers = []);
                readers.Add(step.Operation);
            }

            foreach (Operation control in step.Operation.ControlInputs) _waitedFor.Add(control);
        }
    }

    public bool Contains(Operation operation) => _steps.ContainsKey(operation);

    public bool IsKept(Output output) => _kept.Contains(output);

    /// <summary>The operations of the plan that read an output, once per reading.</summary>
    public IReadOnlyList<Operation> Readers(Output output) => _readers.GetValueOrDefault(output) ?? [];

    /// <summary>
    /// Whether an operation is of this type and matters to its one reader alone: nothing else reads, fetches, feeds or waits
    /// for it, and it waits for nothing.
    /// </summary>
    public bool IsPrivate(Operation operation, string type) => operation.Type == type && Contains(operation)
        && Readers(operation.Output).Count == 1 && !_kept.Contains(operation.Output) && !_waitedFor.Contains(operation)
        && operation.ControlInputs.Count == 0 && operation.ControlFlow == Readers(operation.Output)[0].ControlFlow;

    public void Replace(Operation operation, PlanStep step) => _steps[operation] = step;

    public void Remove(IEnumerable<Operation> operations)
    {
        foreach (Operation operation in operations) _steps.Remove(operation);
    }

    /// <summary>What is left, in the old order.</summary>
    public List<PlanStep> Steps() => [.. _order.Where(_steps.ContainsKey).Select(operation => _steps[operation])];
}
