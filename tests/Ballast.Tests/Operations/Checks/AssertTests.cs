using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.Checks;

public sealed class AssertTests
{
    private const float NaN = float.NaN;

    private static readonly Dictionary<string, Func<Output, Output, Operation>> Family = new()
    {
        ["=="] = (x, y) => Op.AssertEqual(x, y),
        ["!="] = (x, y) => Op.AssertNoneEqual(x, y),
        ["<"] = (x, y) => Op.AssertLess(x, y),
        ["<="] = (x, y) => Op.AssertLessEqual(x, y),
        [">"] = (x, y) => Op.AssertGreater(x, y),
        [">="] = (x, y) => Op.AssertGreaterEqual(x, y),
        ["near"] = (x, y) => Op.AssertNear(x, y),
        ["negative"] = (x, _) => Op.AssertNegative(x),
        ["positive"] = (x, _) => Op.AssertPositive(x),
        ["non-negative"] = (x, _) => Op.AssertNonNegative(x),
        ["non-positive"] = (x, _) => Op.AssertNonPositive(x),
    };

    [Theory]
    [InlineData("==", new[] { 1f, 2f }, new[] { 1f, 2f }, true)]
    [InlineData("==", new[] { 1f, 2f }, new[] { 1f, 3f }, false)]
    [InlineData("==", new[] { NaN }, new[] { NaN }, false)]
    [InlineData("!=", new[] { 1f, 2f }, new[] { 2f, 3f }, true)]
    [InlineData("!=", new[] { 1f, 2f }, new[] { 1f, 3f }, false)]
    [InlineData("!=", new[] { NaN }, new[] { NaN }, true)]
    [InlineData("<", new[] { 1f }, new[] { 2f }, true)]
    [InlineData("<", new[] { 2f }, new[] { 2f }, false)]
    [InlineData("<", new[] { NaN }, new[] { 2f }, false)]
    [InlineData("<=", new[] { 2f }, new[] { 2f }, true)]
    [InlineData("<=", new[] { 3f }, new[] { 2f }, false)]
    [InlineData(">", new[] { 3f }, new[] { 2f }, true)]
    [InlineData(">", new[] { 2f }, new[] { 2f }, false)]
    [InlineData(">=", new[] { 2f }, new[] { 2f }, true)]
    [InlineData(">=", new[] { NaN }, new[] { 2f }, false)]
    [InlineData("near", new[] { 1f }, new[] { 1.000001f }, true)]
    [InlineData("near", new[] { 1f }, new[] { 1.00001f }, false)]
    [InlineData("negative", new[] { -1f }, new[] { 0f }, true)]
    [InlineData("negative", new[] { 0f }, new[] { 0f }, false)]
    [InlineData("positive", new[] { 1f }, new[] { 0f }, true)]
    [InlineData("positive", new[] { 0f }, new[] { 0f }, false)]
    [InlineData("non-negative", new[] { 0f }, new[] { 0f }, true)]
    [InlineData("non-negative", new[] { NaN }, new[] { 0f }, false)]
    [InlineData("non-positive", new[] { 0f }, new[] { 0f }, true)]
    [InlineData("non-positive", new[] { 1f }, new[] { 0f }, false)]
    [InlineData("<", new float[0], new float[0], true)]
    public void Comparison_HoldsForEveryElement(string kind, float[] left, float[] right, bool holds)
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [null], "a"), y = graph.Placeholder(DType.Float32, [null], "b");
        Operation assert = Family[kind](x, y);
        using var session = new Session(graph);
        var feeds = new Feeds { [x] = left, [y] = right };
        if (holds) session.Run(assert, feeds);
        else Assert.Throws<AssertionFailedException>(() => session.Run(assert, feeds));
    }

    [Fact]
    public void Message_IsTensorFlows()
    {
        var graph = new Graph();
        Output a = graph.Placeholder(DType.Int32, [null], "a"), b = graph.Placeholder(DType.Int32, [null], "b");
        Operation less = Op.AssertLess(a, b, "too large");
        Operation lessEqual = Op.AssertLessEqual(a, b);
        using var session = new Session(graph);
        var feeds = new Feeds { [a] = new[] { 1, 2, 3, 4 }, [b] = new[] { 0, 0, 0, 0 } };
        Assert.EndsWith("assertion failed: [too large] [Condition x < y did not hold element-wise:] [x (a:0) = ] [1 2 3...] [y (b:0) = ] [0 0 0...]",
            Assert.Throws<AssertionFailedException>(() => session.Run(less, feeds)).Message, StringComparison.Ordinal);
        Assert.EndsWith("assertion failed: [] [Condition x <= y did not hold element-wise:x (a:0) = ] [1 2 3...] [y (b:0) = ] [0 0 0...]",
            Assert.Throws<AssertionFailedException>(() => session.Run(lessEqual, feeds)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InvertedGuard_FiresWhereAllIsWell()
    {
        var graph = new Graph();
        Output gradient = graph.Placeholder(DType.Float32, [null], "gradient");
        Output nans = Op.Sum(Op.Cast(Op.IsNan(gradient), DType.Int32));
        Operation inverted = Op.AssertNoneEqual(nans, 0);
        Operation right = Op.AssertEqual(nans, 0, "NaN gradient detected");
        using var session = new Session(graph);
        var healthy = new Feeds { [gradient] = new[] { 1f, 2f } };
        var bad = new Feeds { [gradient] = new[] { 1f, NaN } };
        Assert.Throws<AssertionFailedException>(() => session.Run(inverted, healthy));
        session.Run(inverted, bad);
        session.Run(right, healthy);
        Assert.Throws<AssertionFailedException>(() => session.Run(right, bad));
    }

    [Fact]
    public void DifferentConstants_AreKnownWhileTheGraphIsBuilt()
    {
        var graph = new Graph();
        Assert.Throws<GraphException>(() => Op.AssertEqual(graph.Constant(1), 2));
    }

    [Theory]
    [InlineData(-1, "[1 2][3 4][5 6]")]
    [InlineData(3, "[1 2][3]...")]
    public void Summary_NestsBrackets(int limit, string expected) =>
        Assert.Equal(expected, ValueSummary.Of(new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }, limit));

    [Fact]
    public void Summary_WritesNumbersAsC()
    {
        Assert.Equal("0.1 nan inf -inf 1e+20 1.5e-07",
            ValueSummary.Of(new[] { 0.1f, NaN, float.PositiveInfinity, float.NegativeInfinity, 1e20f, 1.5e-7f }, -1));
        Assert.Equal("1 0", ValueSummary.Of(new[] { true, false }, -1));
        Assert.Equal("a\\n b", ValueSummary.Of(new[] { "a\n", "b" }, -1));
    }

    [Fact]
    public void Print_WritesToTheSessionsWriter()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [null], "x");
        Output printed = Op.Print(x, [x, Op.Sum(x)], "x and sum: ", firstN: 2);
        using var writer = new StringWriter { NewLine = "\n" };
        using var session = new Session(graph, new SessionOptions { PrintTo = writer });
        for (int i = 0; i < 3; i++) Assert.Equal([1f, 2f], session.Run<float[]>(printed, new Feeds { [x] = new[] { 1f, 2f } }));
        Assert.Equal("x and sum: [1 2][3]\nx and sum: [1 2][3]\n", writer.ToString());
    }
}
