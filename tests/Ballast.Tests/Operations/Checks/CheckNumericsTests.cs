using Ballast.Clipping;
using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.Checks;

public sealed class CheckNumericsTests
{
    [Theory]
    [InlineData(new[] { 1f, float.NaN, 2f }, 1, 0, "NaN")]
    [InlineData(new[] { 1f, float.NegativeInfinity, float.PositiveInfinity }, 0, 2, "Inf")]
    [InlineData(new[] { float.NaN, float.NegativeInfinity, 0f }, 1, 1, "Inf and NaN")]
    public void NonFinite_FailsAndCounts(float[] x, long nans, long infinities, string kinds)
    {
        var error = Assert.Throws<NonFiniteException>(() => Check(x));
        Assert.Equal((nans, infinities, 3L), (error.NanCount, error.InfinityCount, error.ElementCount));
        Assert.Contains($"my loss : Tensor had {kinds} values", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("x:0", error.Subject, StringComparison.Ordinal);
        Assert.Equal("check", error.Operation!.Name);
        Assert.Equal(3, error.Code);
    }

    [Theory]
    [InlineData(new float[0])]
    [InlineData(new[] { 0f, -0f, float.Epsilon, float.MaxValue })]
    public void Finite_PassesAsItIs(float[] x) => Assert.Equal(x, Check(x));

    [Fact]
    public void Gradient_IsCheckedToo()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [1], "x"), dy = graph.Placeholder(DType.Float32, [1]);
        Gradient dx = graph.Gradients([Op.CheckNumerics(x, "my loss")], [x], [dy])[0]!;
        using var session = new Session(graph);
        Assert.Equal([2f], session.Run<float[]>(dx.Values, new Feeds { [x] = new[] { 1f }, [dy] = new[] { 2f } }));
        var error = Assert.Throws<NonFiniteException>(() =>
            session.Run(dx.Values, new Feeds { [x] = new[] { 1f }, [dy] = new[] { float.NaN } }));
        Assert.Contains("gradient. my loss", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void VerifyAllFinite_GivesWhatItChecked()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [1], "x");
        Output verified = Op.VerifyAllFinite(x, "bad");
        Assert.Equal("VerifyFinite/control_dependency", verified.Operation.Name);
        using var session = new Session(graph);
        Assert.Equal([3f], session.Run<float[]>(verified, new Feeds { [x] = new[] { 3f } }));
        Assert.Throws<NonFiniteException>(() => session.Run(verified, new Feeds { [x] = new[] { float.NaN } }));
    }

    [Fact]
    public void AddCheckNumerics_NamesTheFirstBadOutputInTheOrderOfCreation()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [2], "x");
        Output log = Op.Log(x, "log");
        Output loss = Op.Sum(log * 0.0, name: "loss");
        Operation checks = graph.AddCheckNumerics();
        using var session = new Session(graph);
        session.Run(checks, new Feeds { [x] = new[] { 1f, 2f } });
        var error = Assert.Throws<NonFiniteException>(() => session.Run([loss], [checks], new Feeds { [x] = new[] { 0f, 1f } }));
        Assert.StartsWith("log:0", error.Subject, StringComparison.Ordinal);
        Assert.Equal((0, 1, 2), (error.NanCount, error.InfinityCount, error.ElementCount));
    }

    [Fact]
    public void AddCheckNumerics_CoversBranchesOnlyWhereTheyRun()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [], "x");
        Output y = Op.Cond(Op.Greater(x, 1), () => Op.Log(x - 1.0), () => x);
        Operation checks = graph.AddCheckNumerics();
        using var session = new Session(graph);
        session.Run([y], [checks], new Feeds { [x] = 0f });
        session.Run([y], [checks], new Feeds { [x] = 2f });
        Output inner = Op.Cond(Op.Greater(x, -1), () => Op.Log(x), () => x, name: "bad");
        Operation again = graph.AddCheckNumerics();
        var error = Assert.Throws<NonFiniteException>(() => session.Run([inner], [again], new Feeds { [x] = 0f }));
        Assert.StartsWith("bad/", error.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void AddCheckNumerics_CoversTheBodyOfALoopAndItsGradient()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [], "x");
        Output y = Op.While(v => Op.Less(v, 100), v => v * v, x, name: "squares");
        Output dx = graph.Gradients(y, [x])[0]!.Values;
        Operation checks = graph.AddCheckNumerics();
        using var session = new Session(graph);
        Value[] values = session.Run([y, dx], [checks], new Feeds { [x] = 2f });
        Assert.Equal((256f, 1024f), (values[0].To<float>(), values[1].To<float>()));
        var error = Assert.Throws<NonFiniteException>(() => session.Run([y], [checks], new Feeds { [x] = -1e30f }));
        Assert.StartsWith("squares/mul:0", error.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void AddCheckNumerics_PassesOverTheNaNThatAClipKeeps()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [2], "x");
        var (clipped, _) = Clip.ByGlobalNorm([x], 1.0);
        Operation checks = graph.AddCheckNumerics();
        using var session = new Session(graph);
        Value[] values = session.Run([clipped[0]!.Values], [checks], new Feeds { [x] = new[] { 3f, 4f } });
        Assert.Equal([0.6f, 0.8f], values[0].ToArray<float>(), Close);
    }

    private static bool Close(float expected, float actual) => MathF.Abs(expected - actual) < 1e-6f;

    private static float[] Check(float[] x)
    {
        var graph = new Graph();
        Output fed = graph.Placeholder(DType.Float32, [null], "x");
        Output check = Op.CheckNumerics(fed, "my loss", "check");
        using var session = new Session(graph);
        return session.Run<float[]>(check, new Feeds { [fed] = x });
    }
}
