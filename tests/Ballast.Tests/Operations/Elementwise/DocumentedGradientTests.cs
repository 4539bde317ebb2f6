using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.Elementwise;

/// <summary>Gradients at the points where TensorFlow 1.14's are known and surprise: zeros, ties, traps behind Select.</summary>
public sealed class DocumentedGradientTests
{
    private const float Inf = float.PositiveInfinity, NaN = float.NaN;

    [Fact]
    public void Sqrt_IsInfiniteAtZeroUnlessNothingArrives()
    {
        Check(x => Op.Sqrt(x), [0, 4], [Inf, 0.25f]);
        Check(x => Op.Sqrt(x) * x.Graph.Constant((float[])[0, 1]), [0, 4], [0, 0.25f]);
    }

    [Fact]
    public void Norm_IsNaNAtZero()
    {
        Check(x => Op.Sqrt(Op.Sum(x * x)), [0, 0], [NaN, NaN]);
        Check(x => Op.Sqrt(Op.Sum(x * x)), [3, 4], [0.6f, 0.8f]);
    }

    [Theory]
    [InlineData(0.5f, Inf)]
    [InlineData(0f, NaN)]
    [InlineData(1f, 1f)]
    [InlineData(2f, 0f)]
    [InlineData(-1f, -Inf)]
    public void PowAtZero_DependsOnThePower(float power, float expected) => Check(x => Op.Pow(x, power), [0], [expected]);

    [Fact]
    public void PowByItsExponent_IsMaskedWhereTheLogarithmIsNot() =>
        Check(y => Op.Pow(y.Graph.Constant((float[])[0, -2, 2]), y), [2, 2, 2], [0, 0, 2.7725887f]);

    [Fact]
    public void SelectAfterTheFailingOperation_DoesNotSaveTheGradient()
    {
        Check(x => Op.Select(Op.Greater(x, 0), Op.Log(x), Op.ZerosLike(x)), [0, 2], [NaN, 0.5f]);
        Check(y => Op.Select(Op.NotEqual(y, 0), 1 / y, Op.ZerosLike(y)), [0, 4], [NaN, -0.0625f]);
        Check(x => Op.Select(Op.Greater(x, 0), Op.Sqrt(x), Op.ZerosLike(x)), [0, 4], [0, 0.25f]);
    }

    [Fact]
    public void SelectBeforeTheFailingOperation_Does() => Check(
        x => Op.Select(Op.Greater(x, 0), Op.Log(Op.Select(Op.Greater(x, 0), x, Op.OnesLike(x))), Op.ZerosLike(x)), [0, 2], [0, 0.5f]);

    [Fact]
    public void MaxAndMin_ShareTiesEqually()
    {
        Check(x => Op.Max(x), [3, 1, 3], [0.5f, 0, 0.5f]);
        Check(x => Op.Min(x), [3, 1, 1], [0, 0.5f, 0.5f]);
        Check(x => Op.Max(x), [3, NaN, 1], [NaN, NaN, NaN]);
    }

    [Fact]
    public void Prod_IsRightWithZeros()
    {
        Check(x => Op.Prod(x), [2, 0, 3], [0, 6, 0]);
        Check(x => Op.Prod(x), [0, 0, 5], [0, 0, 0]);
    }

    [Fact]
    public void InverseTrigonometry_FailsAtTheEdges()
    {
        Check(x => Op.Acos(x), [1], [-Inf]);
        Check(x => Op.Atan2(x, Op.Identity(x)), [0], [NaN]);
    }

    [Fact]
    public void Mean_SpreadsEvenly()
    {
        Check(x => 6 * Op.Mean(Op.Reshape(x, 2, 3)), [1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1]);
        Check(x => 6 * Op.Mean(Op.Reshape(x, 2, 3)), [1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], isKnown: false);
    }

    [Fact]
    public void Quotient_FollowsItsRule()
    {
        Check(x => x / 2, [6], [0.5f]);
        Check(y => 6 / y, [2], [-1.5f]);
    }

    [Fact]
    public void EmptyMean_IsNaNForwardAndSilentBackward() => Check(x => Op.Mean(x), [], []);

    [Fact]
    public void BroadcastPattern_IsTensorFlows()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [null, 3], "x"), y = graph.Placeholder(DType.Float32, [3], "y");
        graph.Gradients(Op.Multiply(x, y, "product"), x, y);
        string[] made = [.. graph.Operations.Where(o => o.Name.StartsWith("gradients/product_grad/", StringComparison.Ordinal))
            .Select(o => $"{o.Name["gradients/product_grad/".Length..]}:{o.Type}")];
        Assert.Equal(
        [
            "Shape:Shape", "Shape_1:Const", "BroadcastGradientArgs:BroadcastGradientArgs", "Mul:Mul", "Sum:Sum", "Reshape:Reshape",
            "Mul_1:Mul", "Sum_1:Sum", "Reshape_1:Reshape",
        ], made);
    }

    [Fact]
    public void EqualKnownShapes_TakeTheShortWay()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [2, 3], "x"), y = graph.Placeholder(DType.Float32, [2, 3], "y");
        Output dz = graph.Placeholder(DType.Float32, [2, 3], "dz");
        Gradient?[] gradients = graph.Gradients([x - y], [x, y], [dz]);
        Assert.Same(dz, gradients[0]!.Values);
        Assert.Equal("Neg", gradients[1]!.Values.Operation.Type);
        graph.Gradients([Op.Multiply(x, y, "product")], [x, y], [dz]);
        Assert.Equal(["Mul", "Mul"], graph.Operations.Where(o => o.Name.Contains("product_grad/", StringComparison.Ordinal)).Select(o => o.Type));
    }

    [Fact]
    public void SparseGradient_PassesThroughAddN()
    {
        var graph = new Graph();
        Output table = graph.Placeholder(DType.Float32, [3, 2], "table");
        Output other = graph.Placeholder(DType.Float32, [2, 2], "other");
        Output sum = Op.AddN([Op.Gather(table, graph.Constant((int[])[1, 1])), other]);
        Gradient?[] gradients = graph.Gradients(sum, table, other);
        Assert.IsType<IndexedSlices>(gradients[0]);
        Assert.IsType<DenseGradient>(gradients[1]);
    }

    private static void Check(Func<Output, Output> build, float[] at, float[] expected, bool isKnown = true)
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, isKnown ? [at.Length] : [null], "x");
        Gradient dx = graph.Gradients(build(x), x)[0]!;
        using var session = new Session(graph);
        float[] actual = session.Run<float[]>(dx.Values, new Feeds { [x] = at });
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) < 1e-6, $"[{i}]: expected {expected[i]}, got {actual[i]}");
    }
}
