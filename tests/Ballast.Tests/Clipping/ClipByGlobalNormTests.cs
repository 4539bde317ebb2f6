using Ballast.Clipping;
using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Clipping;

/// <summary>The vectors G1 to G24 of TF 1.14's formulas, with its own float32 arithmetic and with the exact one.</summary>
public sealed class ClipByGlobalNormTests
{
    private const float NaN = float.NaN, Inf = float.PositiveInfinity;

    public static TheoryData<string, float[][], double, double?, float, float[][]> Vectors => new()
    {
        { "G1", [[8, -6], [0, 24]], 13, null, 26, [[4, -3], [0, 12]] },
        { "G2", [[8, -6], [0, 24]], 26, null, 26, [[8, -6], [0, 24]] },
        { "G3", [[8, -6], [0, 24]], 100, null, 26, [[8, -6], [0, 24]] },
        { "G5", [[0, 0], [0]], 3, null, 0, [[0, 0], [0]] },
        { "G7", [[3, 4]], 0, null, 5, [[0, 0]] },
        { "G8", [[3, 4]], -2, null, 5, [[3, 4]] },
        { "G9", [[3, 4], [12]], 6.5, 26, 26, [[0.75f, 1], [3]] },
        { "G10", [[3, 4], [12]], 6.5, 2, 2, [[3, 4], [12]] },
        { "G11", [[3, 4]], 2, double.PositiveInfinity, Inf, [[NaN, NaN]] },
        { "G12", [[3, 4]], 2, 0, 0, [[3, 4]] },
        { "G13", [[1, NaN], [2]], 1, null, NaN, [[NaN, NaN], [NaN]] },
        { "G14", [[1, Inf], [2]], 1, null, Inf, [[NaN, NaN], [NaN]] },
        { "G22", [[3, 4]], double.PositiveInfinity, null, 5, [[NaN, NaN]] },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Vector_IsTensorFlows(string id, float[][] gradients, double clipNorm, double? useNorm, float norm, float[][] clipped)
    {
        Assert.NotEmpty(id);
        foreach (bool recognizes in (bool[])[false, true])
        {
            (float actualNorm, float[][] actual) = Run(gradients, clipNorm, useNorm, recognizes);
            Assert.True(IsNear(norm, actualNorm), $"norm {actualNorm}");
            for (int i = 0; i < clipped.Length; i++) Assert.Equal(clipped[i], actual[i], IsNear);
        }
    }

    [Fact]
    public void OverflowingSquares_AreNaNInFloat32AndClippedExactly()
    {
        (float norm, float[][] clipped) = Run([[1e20f], [1f]], 1, null, recognizes: false);
        Assert.Equal(Inf, norm);
        Assert.All(clipped, gradient => Assert.True(float.IsNaN(gradient[0])));

        (norm, clipped) = Run([[1e20f], [1f]], 1, null, recognizes: true);
        Assert.Equal(1e20f, norm);
        Assert.Equal(1f, clipped[0][0]);
        Assert.Equal(1e-20f, clipped[1][0], 1e-26f);
    }

    [Fact]
    public void UnderflowingSquares_AreZeroInFloat32AndExactOtherwise()
    {
        Assert.Equal(0, Run([[6e-24f], [8e-24f]], 1, null, recognizes: false).Norm);
        (float norm, float[][] clipped) = Run([[6e-24f], [8e-24f]], 5e-24, null, recognizes: true);
        Assert.Equal(1e-23f, norm, IsNear);
        Assert.Equal(3e-24f, clipped[0][0], IsNear);
    }

    [Fact]
    public void WithinTheBound_BitsStayOnlyWithTheExactForm()
    {
        float[] g = [1, 2, 3];
        Assert.Equal([0.99999994f, 1.9999999f, 2.9999998f], Run([g], 41, null, recognizes: false).Clipped[0]);
        Assert.Equal(g, Run([g], 41, null, recognizes: true).Clipped[0]);
    }

    [Fact]
    public void Null_StaysNullAndLeavesAGapInTheNames()
    {
        var graph = new Graph();
        Output a = graph.Placeholder(DType.Float32, [2], "a"), b = graph.Placeholder(DType.Float32, [2], "b");
        (IReadOnlyList<Gradient?> clipped, Output norm) = Clip.ByGlobalNorm([a, null, b], 2.5);
        Assert.Null(clipped[1]);
        Assert.Equal("clip_by_global_norm/clip_by_global_norm/_2", clipped[2]!.Values.Operation.Name);
        Assert.Equal("global_norm/global_norm", norm.Operation.Name);
        using var session = new Session(graph);
        Value[] values = session.Run([norm, clipped[0]!.Values, clipped[2]!.Values], [],
            new Feeds { [a] = new[] { 1f, 2f }, [b] = new[] { 2f, 4f } });
        Assert.Equal(5f, values[0].Scalar<float>(), 1e-6f);
        Assert.Equal([0.5f, 1f], values[1].ToArray<float>());
        Assert.Equal([1f, 2f], values[2].ToArray<float>());
    }

    [Fact]
    public void Slices_CountEachRowOnceAndKeepTheirIndices()
    {
        var graph = new Graph();
        Output values = graph.Constant(new float[,] { { 3 }, { 4 } });
        Output indices = graph.Constant(new[] { 7, 7 });
        (IReadOnlyList<Gradient?> clipped, Output norm) = Clip.ByGlobalNorm([new IndexedSlices(values, indices, null)], 2.5);
        var slices = Assert.IsType<IndexedSlices>(clipped[0]);
        Assert.Same(indices, slices.Indices);
        using var session = new Session(graph);
        Assert.Equal(5f, session.Run<float>(norm), 1e-6f);
        Assert.Equal([1.5f, 2f], session.Run(slices.Values).ToArray<float>());
    }

    [Fact]
    public void Graph_HasTensorFlowsOperations()
    {
        var graph = new Graph();
        Output g = graph.Placeholder(DType.Float32, [2], "g");
        Clip.ByGlobalNorm([g], 5);
        Assert.Equal(
        [
            "global_norm/L2Loss", "global_norm/stack", "global_norm/Const", "global_norm/Sum", "global_norm/Const_1",
            "global_norm/mul", "global_norm/global_norm", "clip_by_global_norm/truediv/x", "clip_by_global_norm/truediv",
            "clip_by_global_norm/Const", "clip_by_global_norm/truediv_1/y", "clip_by_global_norm/truediv_1",
            "clip_by_global_norm/Minimum", "clip_by_global_norm/mul/x", "clip_by_global_norm/mul",
            "clip_by_global_norm/IsFinite", "clip_by_global_norm/Const_1", "clip_by_global_norm/Select",
            "clip_by_global_norm/mul_1", "clip_by_global_norm/clip_by_global_norm/_0",
        ], graph.Operations.Skip(1).Select(o => o.Name));
    }

    [Fact]
    public void Gradient_IsTensorFlows()
    {
        var graph = new Graph();
        Output a = graph.Placeholder(DType.Float32, [2], "a"), b = graph.Placeholder(DType.Float32, [2], "b");
        (IReadOnlyList<Gradient?> clipped, _) = Clip.ByGlobalNorm([a, b], 13);
        Gradient?[] gradients = graph.Gradients([clipped[0]!.Values], [a, b], [graph.Constant(new[] { 1f, 0f })]);
        using var session = new Session(graph, new SessionOptions { RecognizesClipping = false });
        Value[] values = session.Run([gradients[0]!.Values, gradients[1]!.Values], [],
            new Feeds { [a] = new[] { 8f, -6f }, [b] = new[] { 0f, 24f } });
        Assert.Equal([0.4526627f, 0.035502959f], values[0].ToArray<float>(), (x, y) => Math.Abs(x - y) < 1e-6);
        Assert.Equal([0f, -0.14201183f], values[1].ToArray<float>(), (x, y) => Math.Abs(x - y) < 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void UnusableNumber_IsRefusedWhileTheGraphIsBuilt(double clipNorm)
    {
        Output g = new Graph().Placeholder(DType.Float32, [2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Clip.ByGlobalNorm([g], clipNorm));
        Assert.Throws<ArgumentOutOfRangeException>(() => Clip.ByNorm(g, clipNorm));
        Assert.Throws<ArgumentOutOfRangeException>(() => Clip.ByAverageNorm(g, clipNorm));
    }

    [Fact]
    public void MixedDtypes_AreRefused()
    {
        var graph = new Graph();
        Assert.Throws<GraphException>(() => Clip.ByGlobalNorm(
            [graph.Placeholder(DType.Float32, [2]), graph.Placeholder(DType.Float64, [2])], 1));
    }

    /// <summary>A few roundings of float32 apart; NaN and infinities equal themselves.</summary>
    private static bool IsNear(float expected, float actual) =>
        expected.Equals(actual) || Math.Abs(expected - actual) <= 5e-7f * Math.Abs(expected);

    private static (float Norm, float[][] Clipped) Run(float[][] gradients, double clipNorm, double? useNorm, bool recognizes)
    {
        var graph = new Graph();
        var feeds = new Feeds();
        Output[] fed = [.. gradients.Select(g => Feed(g))];
        Output bound = Feed((float)clipNorm);
        Output? given = useNorm is { } n ? Feed((float)n) : null;
        (IReadOnlyList<Gradient?> clipped, Output norm) = Clip.ByGlobalNorm(fed.Select(g => (Gradient)g), bound, given);
        using var session = new Session(graph, new SessionOptions { RecognizesClipping = recognizes });
        Value[] values = session.Run([norm, .. clipped.Select(g => g!.Values)], [], feeds);
        return (values[0].Scalar<float>(), [.. values.Skip(1).Select(v => v.ToArray<float>())]);

        Output Feed(Value value)
        {
            Output placeholder = graph.Placeholder(DType.Float32, value.Shape);
            feeds.Add(placeholder, value);
            return placeholder;
        }
    }
}
