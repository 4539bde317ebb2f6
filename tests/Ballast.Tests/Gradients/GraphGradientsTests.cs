using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Gradients;

public sealed class GraphGradientsTests
{
    private readonly Graph _graph = new();

    [Fact]
    public void Contributions_AddUpInOneAddN()
    {
        Output x = _graph.Placeholder(DType.Float32, [2], "x");
        Gradient dx = _graph.Gradients(x + x + x, x)[0]!;
        Assert.Equal("AddN", dx.Values.Operation.Type);
        Assert.StartsWith("gradients/", dx.Values.Operation.Name, StringComparison.Ordinal);
        using var session = new Session(_graph);
        Assert.Equal([3f, 3f], session.Run<float[]>(dx.Values, new Feeds { [x] = new[] { 1f, 2f } }));
    }

    [Fact]
    public void Unconnected_IsNullOrZeros()
    {
        Output x = _graph.Placeholder(DType.Float32, [2], "x"), other = _graph.Placeholder(DType.Float32, [2], "other");
        Output counted = Op.Cast(x, DType.Int32);
        Assert.Null(_graph.Gradients(x * 2, other)[0]);
        Assert.Null(_graph.Gradients([counted], [x])[0]);
        Gradient zeros = _graph.Gradients([x * 2], [other], unconnected: UnconnectedGradients.Zero)[0]!;
        using var session = new Session(_graph);
        Assert.Equal([0f, 0f], session.Run<float[]>(zeros.Values, new Feeds { [other] = new[] { 1f, 2f } }));
    }

    [Fact]
    public void SeveralYs_AreSummedWithTheirOwnStart()
    {
        Output x = _graph.Placeholder(DType.Float32, [], "x");
        Gradient dx = _graph.Gradients([x * 2, x * 3], [x], [_graph.Constant(10f), null])[0]!;
        using var session = new Session(_graph);
        Assert.Equal(23f, session.Run<float>(dx.Values, new Feeds { [x] = 1f }));
        Assert.Throws<ArgumentException>(() => _graph.Gradients([x], [x], []));
    }

    [Fact]
    public void YItself_HasGradientOne()
    {
        Output x = _graph.Placeholder(DType.Float32, [], "x");
        using var session = new Session(_graph);
        Assert.Equal(1f, session.Run<float>(_graph.Gradients(x, x)[0]!.Values, new Feeds { [x] = 5f }));
    }

    [Fact]
    public void IntermediateX_GetsItsOwnGradient()
    {
        Output x = _graph.Placeholder(DType.Float32, [], "x");
        Output middle = x * x, y = middle * 3;
        Gradient?[] gradients = _graph.Gradients(y, x, middle);
        using var session = new Session(_graph);
        var feeds = new Feeds { [x] = 2f };
        Assert.Equal(12f, session.Run<float>(gradients[0]!.Values, feeds));
        Assert.Equal(3f, session.Run<float>(gradients[1]!.Values, feeds));
    }

    [Fact]
    public void StopGradients_MakesConstants()
    {
        Output x = _graph.Placeholder(DType.Float32, [], "x");
        Output a = x * 2, b = a + x;
        using var session = new Session(_graph);
        var feeds = new Feeds { [x] = 1f };
        Assert.Equal(3f, session.Run<float>(_graph.Gradients(b, x)[0]!.Values, feeds));
        Assert.Equal(1f, session.Run<float>(_graph.Gradients([b], [x], stopGradients: [a])[0]!.Values, feeds));
        Assert.Equal(1f, session.Run<float>(_graph.Gradients(Op.StopGradient(a) + x, x)[0]!.Values, feeds));
    }

    [Fact]
    public void OperationWithoutGradient_IsNamed()
    {
        Output x = _graph.Placeholder(DType.Float32, [2], "x");
        Output clipped = _graph.Add(Cards.ClipByValue, "fused", [x, _graph.Constant(0f), _graph.Constant(1f)]).Output;
        var error = Assert.Throws<NoGradientException>(() => _graph.Gradients(clipped, x));
        Assert.Equal("fused", error.OperationName);
        Output prevented = Op.PreventGradient(x, "not here");
        Assert.Contains("not here", Assert.Throws<NoGradientException>(() => _graph.Gradients(prevented, x)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void GatheredRows_GiveSlicesThatAreJoinedNotMerged()
    {
        Output table = _graph.Placeholder(DType.Float32, [3, 2], "table");
        Output y = Op.Gather(table, _graph.Constant(new[] { 1, 1, 0 }));
        var slices = Assert.IsType<IndexedSlices>(_graph.Gradients([y], [table],
            [_graph.Constant(new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } })])[0]);
        using var session = new Session(_graph);
        var feeds = new Feeds { [table] = new float[,] { { 0, 0 }, { 0, 0 }, { 0, 0 } } };
        Assert.Equal([1, 1, 0], session.Run<int[]>(slices.Indices, feeds));
        Assert.Equal([1f, 2, 3, 4, 5, 6], session.Run(slices.Values, feeds).ToArray<float>());
        Assert.Equal([5f, 6, 4, 6, 0, 0], session.Run(Op.ToDense(slices), feeds).ToArray<float>());

        Output twice = Op.Sum(Op.Gather(table, _graph.Constant(new[] { 2 }))) + Op.Sum(Op.Gather(table, _graph.Constant(new[] { 2, 0 })));
        var joined = Assert.IsType<IndexedSlices>(_graph.Gradients(twice, table)[0]);
        Assert.Equal([1f, 1, 0, 0, 2, 2], session.Run(Op.ToDense(joined), feeds).ToArray<float>());
        Output mixed = Op.Sum(Op.Gather(table, _graph.Constant(new[] { 2 }))) + Op.Sum(table);
        Assert.Equal([1f, 1, 1, 1, 2, 2], session.Run(Op.ToDense(_graph.Gradients(mixed, table)[0]!), feeds).ToArray<float>());
    }

    [Fact]
    public void SecondDerivative_IsTheGradientOfTheGradient()
    {
        Output x = _graph.Placeholder(DType.Float64, [], "x");
        Output dx = _graph.Gradients(Op.Exp(x) * Op.Sin(x), x)[0]!.Values;
        Output ddx = _graph.Gradients(dx, x)[0]!.Values;
        using var session = new Session(_graph);
        Assert.Equal(2 * Math.Exp(0.7) * Math.Cos(0.7), session.Run<double>(ddx, new Feeds { [x] = 0.7 }), 1e-12);
    }

    [Theory]
    [InlineData(0f, 4f, float.NaN, 0.25f)]
    public void WhereTrap_IsTensorFlows(float first, float second, float divided, float rooted)
    {
        Output y = _graph.Placeholder(DType.Float32, [2], "y");
        Output zeros = Op.ZerosLike(y);
        Gradient trap = _graph.Gradients(Op.Select(Op.NotEqual(y, 0), 1 / y, zeros), y)[0]!;
        Gradient root = _graph.Gradients(Op.Select(Op.Greater(y, 0), Op.Sqrt(y), zeros), y)[0]!;
        Gradient log = _graph.Gradients(Op.Select(Op.Greater(y, 0), Op.Log(y), zeros), y)[0]!;
        using var session = new Session(_graph);
        var feeds = new Feeds { [y] = new[] { first, second } };
        Assert.Equal([divided, -0.0625f], session.Run<float[]>(trap.Values, feeds));
        Assert.Equal([0f, rooted], session.Run<float[]>(root.Values, feeds));
        Assert.Equal([float.NaN, 0.25f], session.Run<float[]>(log.Values, feeds));
    }
}
