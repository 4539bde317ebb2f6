using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>Lays out one loop: Enter, Merge, condition, LoopCond, Switch, Identity, body, NextIteration, Exit.</summary>
internal sealed class WhileBuilder(Graph graph, string scope, int parallelIterations, bool backProp)
{
    private readonly WhileContext _context = new(graph, graph.ControlFlow, graph.UniqueName("while_context"),
        parallelIterations, backProp);

    public IReadOnlyList<Output> Build(Func<IReadOnlyList<Output>, Output> condition,
        Func<IReadOnlyList<Output>, IReadOnlyList<Output>> body, IReadOnlyList<Output> loopVars,
        IReadOnlyList<Shape?>? shapeInvariants)
    {
        using IDisposable inside = _context.Enter();
        Output[] enters = [.. loopVars.Select((v, i) => AddEnter(v, shapeInvariants?[i]))];
        _context.Enters.AddRange(enters);
        Output[] merges = [.. enters.Select(e => Op.MergeOf([e, e]).Output)];
        _context.ConditionPivot = merges[0];

        Output goesOn = condition(merges);
        if (goesOn.DType != DType.Bool || !goesOn.Shape.IsCompatibleWith(Shape.Scalar))
            throw new GraphException("While", scope, "a bool scalar as condition",
                $"{goesOn.DType.Name()}{goesOn.Shape} ({goesOn.Name})", "Compare, then reduce with All or Any.");
        Output predicate = graph.Add(Cards.LoopCond, null, [goesOn]).Output;
        _context.Predicate = predicate;
        Operation[] switches = [.. merges.Select(m => Op.SwitchOf(m, predicate))];

        Output[] vars = [.. switches.Select(s => Op.Identity(s.Outputs[1]))];
        _context.BodyPivot = vars[0];
        IReadOnlyList<Output> results = body(vars);
        if (results.Count != loopVars.Count)
            throw new GraphException("While", scope, $"{loopVars.Count} results of the body, one per loop variable",
                $"{results.Count}", "Return every loop variable, changed or not.");
        for (int i = 0; i < merges.Length; i++) Close(merges[i], results[i]);
        return [.. switches.Select(s => _context.AddExit(s.Outputs[0]))];
    }

    private Output AddEnter(Output loopVar, Shape? invariant)
    {
        Output initial = _context.Outer?.Import(loopVar) ?? loopVar;
        Output enter = _context.AddEnter(initial, isConstant: false, keepsShape: invariant is null);
        // A loop variable that starts as an invariant of the loop around must start anew in each of its iterations.
        if (WhileContext.IsInvariant(initial)) enter.Operation.AddControlInput(_context.Outer!.Pivot.Operation);
        if (invariant is { } shape)
        {
            if (!initial.Shape.IsAsSpecificAs(shape))
                throw new ShapeMismatchException("While", scope, $"the initial value of '{loopVar.Name}' to have shape {shape}",
                    initial.Shape.ToString(), "Give a less specific shape invariant.");
            enter.SetShape(shape);
        }

        return enter;
    }

    private void Close(Output merge, Output next)
    {
        if (merge.DType != next.DType)
            throw new GraphException("While", scope, $"{merge.DType.Name()} for the loop variable '{merge.Name}'",
                $"{next.DType.Name()} from the body ('{next.Name}')", "Cast it.");
        if (!next.Shape.IsAsSpecificAs(merge.Shape))
            throw new ShapeMismatchException("While", scope, $"the loop variable '{merge.Name}' to keep its shape {merge.Shape}",
                $"{next.Shape} after one iteration ('{next.Name}')",
                "Pass shapeInvariants with a less specific shape, with null for the dimensions that vary.");
        Op.CloseLoop(merge, next);
    }
}
