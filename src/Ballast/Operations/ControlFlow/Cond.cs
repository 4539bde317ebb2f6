using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Op
{
    /// <summary>Runs one of two branches, as a condition says, and gives its result.</summary>
    /// <param name="predicate">The condition, a bool scalar.</param>
    /// <param name="whenTrue">Builds the branch for true. What it makes runs only when the branch is taken.</param>
    /// <param name="whenFalse">Builds the branch for false.</param>
    /// <param name="name">The scope of the new operations; <c>cond</c> when null.</param>
    /// <remarks>
    /// Both functions are called once, now. Operations that were made outside of them run whatever the condition is.
    /// Source: TF 1.14 tf.cond.
    /// </remarks>
    /// <exception cref="GraphException">The condition is no bool scalar, or the branches give different dtypes.</exception>
    public static Output Cond(Output predicate, Func<Output> whenTrue, Func<Output> whenFalse, string? name = null) =>
        BuildCond(predicate, () => [whenTrue()], () => [whenFalse()], name)[0];

    /// <summary>Runs one of two branches, as a condition says, and gives its results; see <see cref="Cond(Output, Func{Output}, Func{Output}, string?)"/>.</summary>
    /// <exception cref="GraphException">The condition is no bool scalar, or the branches give different numbers of results or dtypes.</exception>
    public static IReadOnlyList<Output> Cond(Output predicate, Func<IReadOnlyList<Output>> whenTrue,
        Func<IReadOnlyList<Output>> whenFalse, string? name = null) =>
        BuildCond(predicate, () => [.. whenTrue()], () => [.. whenFalse()], name);

    /// <summary>
    /// Runs one of two operations, as a condition says; see <see cref="Cond(Output, Func{Output}, Func{Output}, string?)"/>.
    /// </summary>
    /// <returns>An operation that has run when the chosen one has.</returns>
    /// <exception cref="GraphException">The condition is no bool scalar.</exception>
    public static Operation Cond(Output predicate, Func<Operation> whenTrue, Func<Operation> whenFalse, string? name = null) =>
        BuildCond(predicate, () => [AfterOperation(whenTrue())], () => [AfterOperation(whenFalse())], name)[0].Operation;

    /// <summary>Runs the branch of the first condition that is true, or the last branch.</summary>
    /// <param name="cases">Conditions and branches in order.</param>
    /// <param name="otherwise">Builds the branch for when no condition is true.</param>
    /// <param name="name">The scope of the new operations; <c>case</c> when null.</param>
    /// <exception cref="GraphException">A condition is no bool scalar, or the branches give different dtypes.</exception>
    /// <remarks>Source: TF 1.14 tf.case, not exclusive.</remarks>
    public static Output Case(IReadOnlyList<(Output Predicate, Func<Output> Branch)> cases, Func<Output> otherwise,
        string? name = null)
    {
        if (cases.Count == 0)
            throw new GraphException("Case", name ?? "case", "at least one condition", "none", "Call the last branch directly.");
        using NameScope scope = cases[0].Predicate.Graph.NameScope(name ?? "case");
        Func<Output> rest = otherwise;
        foreach ((Output predicate, Func<Output> branch) in cases.Reverse())
        {
            Func<Output> next = rest;
            rest = () => Cond(predicate, branch, next);
        }

        return rest();
    }

    /// <summary>A Switch of a value, or a RefSwitch of a reference.</summary>
    internal static Operation SwitchOf(Output data, Output predicate, string? name = null) =>
        data.Graph.Add(data.IsReference ? Cards.RefSwitch : Cards.Switch, name ?? "Switch", [data, predicate]);

    /// <summary>A Merge of values, or a RefMerge of references.</summary>
    internal static Operation MergeOf(ReadOnlySpan<Output> inputs, string? name = null)
    {
        bool allReferences = true;
        foreach (Output input in inputs) allReferences &= input.IsReference;
        return inputs[0].Graph.Add(allReferences ? Cards.RefMerge : Cards.Merge, name ?? "Merge", inputs);
    }

    private static Output[] BuildCond(Output predicate, Func<Output[]> whenTrue, Func<Output[]> whenFalse, string? name)
    {
        Graph graph = predicate.Graph;
        using NameScope scope = graph.NameScope(name ?? "cond");
        if (predicate.DType != DType.Bool || !predicate.Shape.IsCompatibleWith(Tensors.Shape.Scalar))
            throw new GraphException("Cond", scope.Name, "a bool scalar as condition",
                $"{predicate.DType.Name()}{predicate.Shape} ({predicate.Name})", "Compare, then reduce with All or Any.");
        Operation choice = SwitchOf(predicate, predicate);
        Output pivotWhenTrue = Identity(choice.Outputs[1], "switch_t");
        Output pivotWhenFalse = Identity(choice.Outputs[0], "switch_f");
        Output condition = Identity(predicate, "pred_id");

        Output[] resultsWhenTrue = BuildBranch(new CondContext(condition, pivotWhenTrue, branch: 1), whenTrue);
        Output[] resultsWhenFalse = BuildBranch(new CondContext(condition, pivotWhenFalse, branch: 0), whenFalse);
        CheckAlike(scope.Name, resultsWhenTrue, resultsWhenFalse);
        return [.. resultsWhenFalse.Zip(resultsWhenTrue, (no, yes) => MergeOf([no, yes]).Output)];
    }

    private static Output[] BuildBranch(CondContext context, Func<Output[]> branch)
    {
        using IDisposable inside = context.Enter();
        return [.. branch().Select(context.Import)];
    }

    /// <summary>Something to hand out of a branch that only does something.</summary>
    private static Output AfterOperation(Operation operation)
    {
        Graph graph = operation.Graph;
        using IDisposable after = graph.ControlDependencies(operation);
        return Identity(graph.ControlFlow!.Pivot, "control_dependency");
    }

    private static void CheckAlike(string scope, Output[] whenTrue, Output[] whenFalse)
    {
        if (whenTrue.Length != whenFalse.Length || whenTrue.Length == 0)
            throw new GraphException("Cond", scope, "as many results of one branch as of the other, at least one",
                $"{whenTrue.Length} when true and {whenFalse.Length} when false", "Return the same things from both.");
        for (int i = 0; i < whenTrue.Length; i++)
            if (whenTrue[i].DType != whenFalse[i].DType)
                throw new GraphException("Cond", scope, $"result {i} of one dtype in both branches",
                    $"{whenTrue[i].DType.Name()} when true and {whenFalse[i].DType.Name()} when false", "Cast one of them.");
    }
}
