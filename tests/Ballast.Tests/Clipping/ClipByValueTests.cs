using Ballast.Clipping;
using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Clipping;

/// <summary>The vectors V1 to V10 of TF 1.14's formulas.</summary>
public sealed class ClipByValueTests
{
    private const float NaN = float.NaN, Inf = float.PositiveInfinity;

    public static TheoryData<string, float[], float, float, float[]> Vectors => new()
    {
        { "V1", [-7.5f, -1, 0, 0.25f, 9], -1, 2, [-1, -1, 0, 0.25f, 2] },
        { "V2", [0.1f, 0.2f, 0.3f], 0.2f, 0.2f, [0.2f, 0.2f, 0.2f] },
        { "V3", [1, 5, 9], 6, 3, [6, 6, 6] },
        { "V4", [NaN, 1.5f, -Inf, Inf, -3, 0, 7, NaN], -2.5f, 2.5f, [NaN, 1.5f, -2.5f, 2.5f, -2.5f, 0, 2.5f, NaN] },
        { "V6", [-0f, 0f], 0, 1, [-0f, 0f] },
        { "V7", [2, 3], NaN, 2.5f, [2, 2.5f] },
        { "V8", [2, 3], 1, NaN, [2, 3] },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Vector_IsTensorFlows(string id, float[] gradient, float minimum, float maximum, float[] expected)
    {
        Assert.NotEmpty(id);
        float[] actual = Run(gradient, minimum, maximum);
        Assert.Equal(expected, actual);
        Assert.Equal(expected.Select(float.IsNegative), actual.Select(float.IsNegative));
    }

    [Fact]
    public void BoundsOfTheGradientsShape_CountElementByElement()
    {
        float[] actual = Run(new float[,] { { 1, -2 }, { 3, -4 } }, new float[,] { { 0, -1 }, { -5, -9 } },
            new float[,] { { 0.5f, 0 }, { 2, -6 } });
        Assert.Equal([0.5f, -1, 2, -6], actual);
    }

    [Fact]
    public void Gradient_PassesWithinTheBoundsAndGoesToTheBoundsOutside()
    {
        var graph = new Graph();
        Output t = graph.Placeholder(DType.Float32, [5]), low = graph.Placeholder(DType.Float32, []), high = graph.Placeholder(DType.Float32, []);
        Output clipped = Clip.ByValue(t, low, high).Values;
        Gradient?[] gradients = graph.Gradients(clipped, t, high, low);
        using var session = new Session(graph);
        Value[] values = session.Run([.. gradients.Select(g => g!.Values)], [],
            new Feeds { [t] = new[] { -3f, -1, 0, 2, 5 }, [low] = -1f, [high] = 2f });
        Assert.Equal([0f, 1, 1, 1, 0], values[0].ToArray<float>());
        Assert.Equal(1f, values[1].Scalar<float>());
        Assert.Equal(1f, values[2].Scalar<float>());
    }

    [Fact]
    public void Graph_HasTensorFlowsOperations()
    {
        var graph = new Graph();
        Output g = graph.Placeholder(DType.Float32, [2], "g");
        Clip.ByValue(g, -1, 1);
        Clip.ByValue(g, -1, 1, "mine");
        Assert.Equal(
        [
            "g", "clip_by_value/Minimum/y", "clip_by_value/Minimum", "clip_by_value/y", "clip_by_value",
            "mine/Minimum/y", "mine/Minimum", "mine/y", "mine",
        ], graph.Operations.Select(o => o.Name));
    }

    [Fact]
    public void UnusableBounds_AreRefusedWhileTheGraphIsBuilt()
    {
        var graph = new Graph();
        Output g = graph.Placeholder(DType.Float32, [2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Clip.ByValue(g, 6, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Clip.ByValue(g, double.NaN, 3));
        Assert.Throws<ArgumentNullException>(() => Clip.ByValue(null!, -1, 1));
        Assert.Throws<ShapeMismatchException>(() => Clip.ByValue(g, new[] { -1f, -1f, -1f }, 1));
    }

    private static float[] Run(Value gradient, Value minimum, Value maximum)
    {
        var graph = new Graph();
        Output g = graph.Placeholder(DType.Float32, gradient.Shape);
        Output low = graph.Placeholder(DType.Float32, minimum.Shape), high = graph.Placeholder(DType.Float32, maximum.Shape);
        Output clipped = Clip.ByValue(g, low, high).Values;
        using var session = new Session(graph);
        return session.Run(clipped, new Feeds { [g] = gradient, [low] = minimum, [high] = maximum }).ToArray<float>();
    }
}
