using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.ControlFlow;

public sealed class CondTests
{
    [Theory]
    [InlineData(true, 11f)]
    [InlineData(false, 103f)]
    public void Cond_GivesTheBranchThatThePredicateNames(bool predicate, float expected)
    {
        var graph = new Graph();
        Output p = graph.Placeholder(DType.Bool, [], "p");
        Output x = graph.Placeholder(DType.Float32, [], "x");
        Output y = Op.Cond(p, () => x + 10, () => x + 100 + 2);
        using var session = new Session(graph);
        Assert.Equal(expected, session.Run<float>(y, new Feeds { [p] = predicate, [x] = 1f }));
    }

    [Fact]
    public void Cond_IsLaidOutAsTensorFlowDoes()
    {
        var graph = new Graph();
        Output p = graph.Placeholder(DType.Bool, [], "p");
        Output x = graph.Placeholder(DType.Float32, [], "x");
        Output y = Op.Cond(p, () => Op.Identity(x, "a"), () => graph.Constant(2f, "b"));
        Assert.Equal("cond/Merge", y.Operation.Name);
        Assert.Equal(["cond/b:0", "cond/a:0"], y.Operation.Inputs.Select(i => i.Name));
        Assert.Equal(["p:0", "p:0"], graph.GetOperation("cond/Switch").Inputs.Select(i => i.Name));
        Assert.Equal("cond/Switch:1", graph.GetOperation("cond/switch_t").Inputs[0].Name);
        Assert.Equal("cond/Switch:0", graph.GetOperation("cond/switch_f").Inputs[0].Name);
        Assert.Equal("p:0", graph.GetOperation("cond/pred_id").Inputs[0].Name);
        Operation import = graph.GetOperation("cond/a/Switch");
        Assert.Equal(["x:0", "cond/pred_id:0"], import.Inputs.Select(i => i.Name));
        Assert.Equal("cond/a/Switch:1", graph.GetOperation("cond/a").Inputs[0].Name);
        Assert.Equal(["cond/switch_f"], graph.GetOperation("cond/b").ControlInputs.Select(o => o.Name));
    }

    [Fact]
    public void Cond_ImportsAnOuterValueOncePerBranch()
    {
        var graph = new Graph();
        Output p = graph.Placeholder(DType.Bool, [], "p");
        Output x = graph.Placeholder(DType.Float32, [], "x");
        _ = Op.Cond(p, () => x + x + x, () => x);
        Assert.Equal(2, graph.Operations.Count(o => o.Type == "Switch" && o.Inputs[0] == x));
    }

    [Fact]
    public void Cond_GivesSeveralResultsAndPassesOuterValuesThrough()
    {
        var graph = new Graph();
        Output p = graph.Placeholder(DType.Bool, [], "p");
        Output x = graph.Constant(1f), y = graph.Constant(2f);
        IReadOnlyList<Output> swapped = Op.Cond(p, () => [y, x], () => [x, y]);
        using var session = new Session(graph);
        Assert.Equal([2f, 1f], session.Run(swapped, new Feeds { [p] = true }).Select(v => v.Scalar<float>()));
        Assert.Equal([1f, 2f], session.Run(swapped, new Feeds { [p] = false }).Select(v => v.Scalar<float>()));
    }

    [Fact]
    public void Cond_RunsTheOperationsOfTheTakenBranchOnly()
    {
        var graph = new Graph();
        Output p = graph.Placeholder(DType.Bool, [], "p");
        Variable a = graph.Variable(0f, "a"), b = graph.Variable(0f, "b");
        Operation either = Op.Cond(p,
            () => graph.Add(Cards.Assign, null, [a.Handle, graph.Constant(1f)]),
            () => graph.Add(Cards.Assign, null, [b.Handle, graph.Constant(1f)]));
        using var session = new Session(graph);
        session.Run([], [a.Initializer, b.Initializer]);
        session.Run(either, new Feeds { [p] = true });
        Assert.Equal((1f, 0f), session.Run<float, float>((a.Value, b.Value)));
        session.Run(either, new Feeds { [p] = false });
        Assert.Equal((1f, 1f), session.Run<float, float>((a.Value, b.Value)));
        Assert.Equal("RefSwitch", graph.GetOperation("cond/Assign/Switch").Type);
    }

    [Fact]
    public void Cond_OperationsMadeOutsideRunWhateverThePredicateIs()
    {
        var graph = new Graph();
        Output p = graph.Placeholder(DType.Bool, [], "p");
        Variable a = graph.Variable(0f, "a");
        Operation assign = graph.Add(Cards.Assign, null, [a.Handle, graph.Constant(1f)]);
        Operation guarded = Op.Cond(p, () => assign, () => graph.Add(Cards.NoOp, null, []));
        using var session = new Session(graph);
        session.Run(a.Initializer);
        session.Run(guarded, new Feeds { [p] = false });
        Assert.Equal(1f, session.Run<float>(a.Value));
    }

    [Fact]
    public void Cond_DeadBranchThatWouldFailDoesNot()
    {
        var graph = new Graph();
        Output p = graph.Placeholder(DType.Bool, [], "p");
        Output x = graph.Placeholder(DType.Float32, [], "x");
        Output y = Op.Cond(p, () => x, () => graph.Add(FailingCard.Instance, null, [x]).Output);
        using var session = new Session(graph);
        Assert.Equal(3f, session.Run<float>(y, new Feeds { [p] = true, [x] = 3f }));
        Assert.Throws<InvalidArgumentException>(() => session.Run(y, new Feeds { [p] = false, [x] = 3f }));
        Assert.Equal(4f, session.Run<float>(y, new Feeds { [p] = true, [x] = 4f }));
    }

    [Theory]
    [InlineData(true, true, 1f)]
    [InlineData(true, false, 2f)]
    [InlineData(false, true, 3f)]
    [InlineData(false, false, 4f)]
    public void Cond_Nests(bool first, bool second, float expected)
    {
        var graph = new Graph();
        Output p = graph.Placeholder(DType.Bool, [], "p"), q = graph.Placeholder(DType.Bool, [], "q");
        Output x = graph.Constant(0f);
        Output y = Op.Cond(p,
            () => Op.Cond(q, () => x + 1, () => x + 2),
            () => Op.Cond(q, () => x + 3, () => x + 4));
        using var session = new Session(graph);
        Assert.Equal(expected, session.Run<float>(y, new Feeds { [p] = first, [q] = second }));
    }

    [Fact]
    public void Case_TakesTheFirstTruePredicate()
    {
        var graph = new Graph();
        Output p = graph.Placeholder(DType.Bool, [], "p"), q = graph.Placeholder(DType.Bool, [], "q");
        Output y = Op.Case([(p, () => graph.Constant(1)), (q, () => graph.Constant(2))], () => graph.Constant(3));
        using var session = new Session(graph);
        Assert.Equal(1, session.Run<int>(y, new Feeds { [p] = true, [q] = true }));
        Assert.Equal(2, session.Run<int>(y, new Feeds { [p] = false, [q] = true }));
        Assert.Equal(3, session.Run<int>(y, new Feeds { [p] = false, [q] = false }));
    }

    [Fact]
    public void Cond_RefusesWhatDoesNotFit()
    {
        var graph = new Graph();
        Output x = graph.Constant(1f);
        Output p = graph.Placeholder(DType.Bool, [], "p");
        Assert.Throws<GraphException>(() => Op.Cond(x, () => x, () => x));
        Assert.Throws<GraphException>(() => Op.Cond(graph.Placeholder(DType.Bool, [2]), () => x, () => x));
        Assert.Throws<GraphException>(() => Op.Cond(p, () => x, () => graph.Constant(1)));
        Assert.Throws<GraphException>(() => Op.Cond(p, () => [x, x], () => [x]));
    }

    [Fact]
    public void Fetch_InsideABranchIsRefused()
    {
        var graph = new Graph();
        Output p = graph.Placeholder(DType.Bool, [], "p");
        Output inside = null!;
        Output y = Op.Cond(p, () => inside = graph.Constant(1f) + 1, () => graph.Constant(2f));
        using var session = new Session(graph);
        var error = Assert.Throws<ArgumentException>(() => session.Run(inside, new Feeds { [p] = true }));
        Assert.Contains("marked as not fetchable", error.Message, StringComparison.Ordinal);
        Assert.Equal(2f, session.Run<float>(y, new Feeds { [p] = true }));
    }

    [Fact]
    public void NoOp_IsTheBranchThatSkipsABadStep()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [], "x");
        Variable w = graph.Variable(1f, "w");
        Operation step = Op.Cond(Op.IsFinite(x), () => w.AssignAdd(x), () => graph.NoOp());
        using var session = new Session(graph);
        session.Initialize();
        session.Run(step, new Feeds { [x] = 2f });
        session.Run(step, new Feeds { [x] = float.NaN });
        Assert.Equal(3f, session.Read(w).To<float>());
    }

    [Fact]
    public void BoolDefault_ChoosesTheBranchUnlessFed()
    {
        var graph = new Graph();
        Output training = graph.PlaceholderWithDefault(false, name: "training");
        Output y = Op.Cond(training, () => graph.Constant(1f), () => graph.Constant(2f));
        using var session = new Session(graph);
        Assert.Equal(2f, session.Run<float>(y));
        Assert.Equal(1f, session.Run<float>(y, new Feeds { [training] = true }));
    }
}

/// <summary>An operation that fails whenever it runs.</summary>
internal static class FailingCard
{
    public static OpCard Instance { get; } = new("Fail")
    {
        Summary = "Fails.",
        Signature = "x: T -> y: T",
        Attributes = "T: type",
        Shape = context => context.SetOutput(0, context.Input(0)),
        Kernel = _ => context => throw context.Invalid("failed on purpose."),
        Gradient = context => [context.Graph.Add(Instance!, null, [context.Dy]).Output],
        IsStateful = true,
    };
}
