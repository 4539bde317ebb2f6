using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.ControlFlow;

public sealed class WhileTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void While_RepeatsAsAPlainLoopDoes(int count)
    {
        var graph = new Graph();
        Output n = graph.Placeholder(DType.Int32, [], "n");
        Output x = graph.Placeholder(DType.Float32, [], "x");
        IReadOnlyList<Output> result = Op.While(v => Op.Less(v[0], n), v => [v[0] + 1, Op.Multiply(v[1], x)],
            [graph.Constant(0), graph.Constant(1f)]);
        using var session = new Session(graph);
        float expected = 1;
        for (int i = 0; i < count; i++) expected *= 1.5f;
        Assert.Equal((count, expected), session.Run<int, float>((result[0], result[1]), new Feeds { [n] = count, [x] = 1.5f }));
    }

    [Fact]
    public void While_IsLaidOutAsTensorFlowDoes()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [], "x");
        Output result = Op.While(v => Op.Less(v, 10), v => v + x, x);
        Assert.Equal("while/Exit", result.Operation.Name);
        Assert.Equal("while/Switch:0", result.Operation.Inputs[0].Name);
        Operation merge = graph.GetOperation("while/Merge");
        Assert.Equal(["while/Enter:0", "while/NextIteration:0"], merge.Inputs.Select(i => i.Name));
        Assert.Equal(["while/Merge:0", "while/LoopCond:0"], graph.GetOperation("while/Switch").Inputs.Select(i => i.Name));
        Assert.Equal("while/Less:0", graph.GetOperation("while/LoopCond").Inputs[0].Name);
        Assert.Equal(["while/Merge"], graph.GetOperation("while/Less/y").ControlInputs.Select(o => o.Name));
        Assert.Equal("while/Switch:1", graph.GetOperation("while/Identity").Inputs[0].Name);
        Assert.Equal(["while/Identity:0", "while/add/Enter:0"], graph.GetOperation("while/add").Inputs.Select(i => i.Name));
        Assert.Equal("while/add:0", graph.GetOperation("while/NextIteration").Inputs[0].Name);
        Operation invariant = graph.GetOperation("while/add/Enter");
        Assert.True(invariant["is_constant"].Bool);
        Assert.False(graph.GetOperation("while/Enter")["is_constant"].Bool);
        Assert.Equal("while/while_context", invariant["frame_name"].String);
        Assert.Equal(10, invariant["parallel_iterations"].Int);
    }

    [Fact]
    public void While_StopsAtMaximumIterations()
    {
        var graph = new Graph();
        Output result = Op.While(v => Op.Less(v, 100), v => v + 1, graph.Constant(0), maximumIterations: 7);
        Output few = Op.While(v => Op.Less(v, 3), v => v + 1, graph.Constant(0), maximumIterations: 7);
        using var session = new Session(graph);
        Assert.Equal((7, 3), session.Run<int, int>((result, few)));
    }

    [Fact]
    public void While_Nests()
    {
        var graph = new Graph();
        Output n = graph.Placeholder(DType.Int32, [], "n");
        Output zero = graph.Constant(0);
        // The inner loop runs i times: 0 + 1 + … + (n - 1) in all, on top of an outer invariant.
        IReadOnlyList<Output> result = Op.While(v => Op.Less(v[0], n), v =>
        {
            IReadOnlyList<Output> inner = Op.While(w => Op.Less(w[0], v[0]), w => [w[0] + 1, Op.Add(w[1], Op.Identity(n))], [zero, v[1]]);
            return [v[0] + 1, inner[1]];
        }, [zero, zero]);
        using var session = new Session(graph);
        foreach (int count in (int[])[0, 1, 2, 6])
        {
            int expected = 0;
            for (int i = 0; i < count; i++)
                for (int j = 0; j < i; j++) expected += count;
            Assert.Equal(expected, session.Run<int>(result[1], new Feeds { [n] = count }));
        }
    }

    [Fact]
    public void While_WithCondInside_TakesABranchPerIteration()
    {
        var graph = new Graph();
        Output bonus = graph.Placeholder(DType.Int32, [], "bonus");
        IReadOnlyList<Output> result = Op.While(v => Op.Less(v[0], 10), v =>
            [v[0] + 1, Op.Cond(Op.Less(v[0], 4), () => Op.Add(v[1], bonus), () => v[1] + 1)],
            [graph.Constant(0), graph.Constant(0)]);
        using var session = new Session(graph);
        Assert.Equal((4 * 100) + 6, session.Run<int>(result[1], new Feeds { [bonus] = 100 }));
    }

    [Theory]
    [InlineData(true, 5)]
    [InlineData(false, -1)]
    public void While_InsideCond_RunsOnlyInTheTakenBranch(bool predicate, int expected)
    {
        var graph = new Graph();
        Output p = graph.Placeholder(DType.Bool, [], "p");
        Output n = graph.Placeholder(DType.Int32, [], "n");
        Output y = Op.Cond(p, () => Op.While(v => Op.Less(v, n), v => v + 1, graph.Constant(0)), () => graph.Constant(-1));
        using var session = new Session(graph);
        Assert.Equal(expected, session.Run<int>(y, new Feeds { [p] = predicate, [n] = 5 }));
    }

    [Fact]
    public void While_BodyWaitsForWhatItIsToldToWaitFor()
    {
        var graph = new Graph();
        Variable w = graph.Variable(1f, "w");
        Output result = Op.While(v => Op.Less(v, 3), v =>
        {
            Operation assign = graph.Add(Cards.Assign, null, [w.Handle, v]);
            using IDisposable after = graph.ControlDependencies(assign);
            return v + 1;
        }, graph.Constant(0f));
        using var session = new Session(graph);
        session.Run(w.Initializer);
        Assert.Equal(3f, session.Run<float>(result));
        Assert.Equal(2f, session.Run<float>(w.Value));
    }

    [Fact]
    public void While_WaitsForControlDependenciesAroundIt()
    {
        var graph = new Graph();
        Variable w = graph.Variable(1f, "w");
        Operation assign = graph.Add(Cards.Assign, null, [w.Handle, graph.Constant(5f)]);
        Output result;
        using (graph.ControlDependencies(assign))
            result = Op.While(v => Op.Less(v, 3), v => v + 1, graph.Constant(0f));
        using var session = new Session(graph);
        session.Run(w.Initializer);
        Assert.Equal(3f, session.Run<float>(result));
        Assert.Equal(5f, session.Run<float>(w.Value));
    }

    [Fact]
    public void While_RefusesWhatDoesNotFit()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [null], "x");
        Output zero = graph.Constant(0f);
        Assert.Throws<GraphException>(() => Op.While(v => v[0], v => v, []));
        Assert.Throws<GraphException>(() => Op.While(v => v, v => v, zero));
        Assert.Throws<GraphException>(() => Op.While(v => Op.Less(v, 1), v => graph.Constant(1), zero));
        Assert.Throws<GraphException>(() => Op.While(v => Op.Less(v[0], 1), v => [v[0], v[0]], [zero]));
        Assert.Throws<GraphException>(() => Op.While(v => Op.Less(v, 1), v => v, zero, parallelIterations: 0));
        var error = Assert.Throws<ShapeMismatchException>(() => Op.While(v => Op.Less(v, 1), v => Op.Add(v, x), zero));
        Assert.Contains("shapeInvariants", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_InsideALoopIsRefused()
    {
        var graph = new Graph();
        Output inside = null!;
        _ = Op.While(v => Op.Less(v, 3), v => inside = v + 1, graph.Constant(0f));
        using var session = new Session(graph);
        var error = Assert.Throws<ArgumentException>(() => session.Run(inside));
        Assert.Contains("marked as not fetchable", error.Message, StringComparison.Ordinal);
    }
}
