using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Training.Optimizers;

/// <summary>Turns a loss into an operation that changes variables: differentiates, and updates by a rule.</summary>
/// <remarks>
/// <para>
/// <see cref="Minimize"/> is <see cref="ComputeGradients"/> followed by <see cref="ApplyGradients"/>; whoever wants to
/// clip or check gradients calls the two and works on what stands between them.
/// </para>
/// <para>
/// The update rules look at no number: a NaN or Inf in a gradient goes into the variable and its slots. Updates do not
/// wait for each other, and a value that was read before an update never changes, so gating as in TensorFlow
/// (GATE_OP, GATE_GRAPH) would make no difference here.
/// </para>
/// <para>Source: TF 1.14 tf.train.Optimizer.</para>
/// </remarks>
public abstract class Optimizer
{
    private readonly Dictionary<(Variable Variable, string Slot), Variable> _slots = [];
    private readonly List<Variable> _own = [];

    /// <summary>Sets the name.</summary>
    /// <param name="name">The default scope of the update, and part of the names of slots.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    protected Optimizer(string name)
    {
        if (string.IsNullOrEmpty(name)) throw new ArgumentException("Must specify the optimizer name.", nameof(name));
        Name = name;
    }

    /// <summary>The default scope of the update, and part of the names of slots: <c>w/Adam</c>.</summary>
    public string Name { get; }

    /// <summary>The variables that the optimizer made: slots and powers, in the order of their creation.</summary>
    public IReadOnlyList<Variable> Variables => _own;

    /// <summary>The names of the slots that exist, sorted: <c>m</c>, <c>v</c>.</summary>
    public IReadOnlyList<string> SlotNames => [.. _slots.Keys.Select(key => key.Slot).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The slot that goes with a variable.</summary>
    /// <returns>Null before the first <see cref="ApplyGradients"/> of the variable, or when there is no such slot.</returns>
    public Variable? GetSlot(Variable variable, string slot) => _slots.GetValueOrDefault((variable, slot));

    /// <summary>Adds operations that compute the gradient of a loss for each variable.</summary>
    /// <param name="loss">What is to become small, floating; where it is no scalar, the sum of its elements.</param>
    /// <param name="variables">What to differentiate by; the graph's trainable variables when null.</param>
    /// <param name="gradLoss">The gradient that the loss starts with; ones when null.</param>
    /// <returns>One pair per variable, in order; the gradient is null where the loss does not depend on the variable.</returns>
    /// <exception cref="GraphException">There is no variable, or a dtype is not floating.</exception>
    /// <exception cref="NoGradientException">An operation between has no gradient, or forbids it.</exception>
    public IReadOnlyList<(Gradient? Gradient, Variable Variable)> ComputeGradients(Output loss,
        IReadOnlyList<Variable>? variables = null, Output? gradLoss = null)
    {
        variables ??= loss.Graph.TrainableVariables;
        if (variables.Count == 0)
            throw Fault("variables to optimize", "none", "Make one with graph.Variable(…), or pass variables.");
        CheckFloating(loss.DType, $"loss '{loss.Name}'");
        foreach (Variable variable in variables) CheckFloating(variable.DType, $"variable '{variable.Name}'");
        Gradient?[] gradients = loss.Graph.Gradients([loss], [.. variables.Select(v => v.Handle)],
            gradLoss is null ? null : [gradLoss]);
        return [.. gradients.Zip(variables)];
    }

    /// <summary>Adds the operation that updates variables by their gradients.</summary>
    /// <param name="gradients">Pairs as <see cref="ComputeGradients"/> gives them; a null gradient leaves its variable alone.</param>
    /// <param name="globalStep">An integer variable to count up after the updates; none when null.</param>
    /// <param name="name">The scope and name of the operation; the optimizer's name when null.</param>
    /// <returns>The operation to run for one step. It stands in the collection <c>train_op</c>.</returns>
    /// <exception cref="GraphException">There is no pair, no gradient, or one that does not fit its variable.</exception>
    public Operation ApplyGradients(IEnumerable<(Gradient? Gradient, Variable Variable)> gradients,
        Variable? globalStep = null, string? name = null)
    {
        (Gradient? Gradient, Variable Variable)[] pairs = [.. gradients];
        if (pairs.Length == 0) throw Fault("pairs of gradients and variables", "none: No variables provided", "");
        Variable[] updated = [.. pairs.Where(pair => pair.Gradient is not null).Select(pair => pair.Variable)];
        if (updated.Length == 0) throw NoGradients(pairs.Select(pair => pair.Variable));

        Graph graph = updated[0].Graph;
        CreateSlots(updated);
        using NameScope scope = graph.NameScope(name ?? Name);
        var numbers = new Hyperparameters(graph, Hyperparameters);
        var updates = new List<Operation>();
        foreach ((Gradient? gradient, Variable variable) in pairs)
        {
            if (gradient is null) continue;
            using NameScope update = graph.NameScope($"update_{variable.Name}");
            updates.Add(Update(numbers, variable, gradient));
        }

        Operation step = globalStep is null
            ? Finish(numbers, updates, $"{scope.Name}/")
            : Count(globalStep, Finish(numbers, updates, "update"), scope);
        graph.Collections.Add(GraphCollections.TrainOp, step);
        return step;
    }

    /// <summary>Adds the operation that makes the loss smaller by one step: differentiates and updates. Clips nothing.</summary>
    /// <param name="loss">What is to become small, floating; where it is no scalar, the sum of its elements.</param>
    /// <param name="globalStep">An integer variable to count up after the updates; none when null.</param>
    /// <param name="variables">What to change; the graph's trainable variables when null.</param>
    /// <param name="name">The scope and name of the operation; the optimizer's name when null.</param>
    /// <exception cref="GraphException">The loss depends on no variable, or a dtype is not floating.</exception>
    public Operation Minimize(Output loss, Variable? globalStep = null, IReadOnlyList<Variable>? variables = null,
        string? name = null)
    {
        IReadOnlyList<(Gradient? Gradient, Variable Variable)> pairs = ComputeGradients(loss, variables);
        if (pairs.All(pair => pair.Gradient is null)) throw NoGradients(pairs.Select(pair => pair.Variable), loss);
        return ApplyGradients(pairs, globalStep, name);
    }

    /// <summary>The rule's numbers by TensorFlow's names, in the order of their creation.</summary>
    protected abstract IReadOnlyList<(string Name, Operand Value)> Hyperparameters { get; }

    /// <summary>Makes the slots of variables, those that do not exist yet; see <see cref="CreateSlot"/>.</summary>
    protected virtual void CreateSlots(IReadOnlyList<Variable> variables)
    {
    }

    /// <summary>Adds the update of a whole variable.</summary>
    protected abstract Operation ApplyDense(Hyperparameters numbers, Variable variable, Output gradient);

    /// <summary>Adds the update of rows, each of which occurs once.</summary>
    protected abstract Operation ApplySparse(Hyperparameters numbers, Variable variable, Output values, Output indices);

    /// <summary>Adds the update of rows that may occur more than once; by default their slices are summed first.</summary>
    protected virtual Operation ApplySparseDuplicates(Hyperparameters numbers, Variable variable, IndexedSlices gradient)
    {
        (Output values, Output indices) = SparseGradients.SumDuplicates(gradient);
        return ApplySparse(numbers, variable, values, indices);
    }

    /// <summary>Adds what follows the updates, and the operation that waits for all.</summary>
    protected virtual Operation Finish(Hyperparameters numbers, IReadOnlyList<Operation> updates, string name) =>
        Group(numbers.Graph, updates, name);

    /// <summary>Makes the slot of a variable where it does not exist yet: a variable named <c>w/Adam</c>, <c>w/Adam_1</c>, …</summary>
    /// <param name="variable">The variable that it belongs to.</param>
    /// <param name="slot">The slot: <c>m</c>.</param>
    /// <param name="initializer">Its first value.</param>
    /// <param name="scope">What stands behind the variable's name; the optimizer's name when null.</param>
    protected void CreateSlot(Variable variable, string slot, Initializer initializer, string? scope = null)
    {
        if (_slots.ContainsKey((variable, slot))) return;
        // Slots are named after their variable, whatever scope asked for them.
        using NameScope top = variable.Graph.NameScope("/");
        string name = $"{variable.Name}/{scope ?? Name}";
        Variable made = variable.IsResource
            ? variable.Graph.ResourceVariable(variable.Shape, initializer, name, variable.DType, trainable: false)
            : variable.Graph.Variable(variable.Shape, initializer, name, variable.DType, trainable: false);
        _slots.Add((variable, slot), made);
        _own.Add(made);
    }

    /// <summary>Makes a scalar that the optimizer keeps from step to step, of the same kind as <paramref name="like"/>.</summary>
    protected Variable CreateScalar(Variable like, string name, double initialValue)
    {
        Variable made = like.IsResource
            ? like.Graph.ResourceVariable((float)initialValue, name, trainable: false)
            : like.Graph.Variable((float)initialValue, name, trainable: false);
        _own.Add(made);
        return made;
    }

    /// <summary>The slot of a variable, which <see cref="CreateSlots"/> has made.</summary>
    protected Variable Slot(Variable variable, string slot) => _slots[(variable, slot)];

    /// <summary>An operation that waits for others.</summary>
    private protected static Operation Group(Graph graph, IReadOnlyList<Operation> operations, string name)
    {
        using (graph.ControlDependencies([.. operations])) return graph.Add(Cards.NoOp, name, []);
    }

    private Operation Update(Hyperparameters numbers, Variable variable, Gradient gradient)
    {
        if (gradient is IndexedSlices slices)
            return variable.Constraint is null
                ? ApplySparseDuplicates(numbers, variable, slices)
                : throw Fault($"a dense gradient for '{variable.Name}', which has a constraint", "slices of rows",
                    "Cannot use a constraint function on a sparse variable: densify the gradient with Op.ToDense.");
        Operation update = ApplyDense(numbers, variable, gradient.Values);
        if (variable.Constraint is null) return update;
        using (variable.Graph.ControlDependencies(update)) return variable.Assign(variable.Constraint(variable.Read()));
    }

    private static Operation Count(Variable globalStep, Operation updates, NameScope scope)
    {
        using (globalStep.Graph.ControlDependencies(updates))
        {
            Output one = globalStep.Graph.Constant(globalStep.DType == DType.Int32 ? 1 : 1L, "value");
            return globalStep.AssignAdd(one, $"{scope.Name}/");
        }
    }

    private void CheckFloating(DType dtype, string what)
    {
        if (!dtype.IsFloating())
            throw Fault($"{what} to be float16, bfloat16, float32 or float64", dtype.Name(), "Cast it, or leave it out.");
    }

    private GraphException NoGradients(IEnumerable<Variable> variables, Output? loss = null) => Fault(
        "a gradient for at least one variable",
        $"none: No gradients provided for any variable of [{string.Join(", ", variables.Select(v => v.Name))}]" +
        (loss is null ? "" : $" and loss {loss.Name}"),
        "Check that the loss depends on them by differentiable operations.");

    private GraphException Fault(string expected, string actual, string remedy) =>
        new(GetType().Name, Name, expected, actual, remedy);
}
