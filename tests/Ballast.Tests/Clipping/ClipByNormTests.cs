using Ballast.Clipping;
using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Clipping;

/// <summary>The vectors N1 to N24 and A1 to A7 of TF 1.14's formulas.</summary>
public sealed class ClipByNormTests
{
    private const float NaN = float.NaN, Inf = float.PositiveInfinity;

    private static readonly float[,] Rows = { { 5, 12 }, { 8, 15 }, { 0.3f, 0.4f } };

    public static TheoryData<string, float[], double, int[]?, float[]> Vectors => new()
    {
        { "N1", [6, 8], 5, null, [3, 4] },
        { "N2", [6, 8], 10, null, [6, 8] },
        { "N3", [6, 8], 10.5, null, [6, 8] },
        { "N4", [1, 2, 2], 1.5, null, [0.5f, 1, 1] },
        { "N8", [-3, 0.5f, 2], 1, [], [-1, 0.5f, 1] },
        { "N9", [0, 0, 0], 2, null, [0, 0, 0] },
        { "N10", [0, 0, 0], 0, null, [NaN, NaN, NaN] },
        { "N11", [5, 12], 0, null, [0, 0] },
        { "N12", [5, 12], -6.5, null, [-2.5f, -6] },
        { "N13", [NaN, 1, 2], 3, null, [NaN, NaN, NaN] },
        { "N14", [Inf, 1, -2], 3, null, [NaN, 0, -0f] },
        { "N15", [1e20f, -1e20f], 1, null, [0, -0f] },
        { "N16", [1e19f, 1e19f], 1, null, [0.7071068f, 0.7071068f] },
        { "N17", [1e-23f, 2e-23f], 1, null, [1e-23f, 2e-23f] },
        { "N20", [], 1, null, [] },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Vector_IsTensorFlows(string id, float[] gradient, double clipNorm, int[]? axes, float[] expected)
    {
        Assert.NotEmpty(id);
        Assert.Equal(expected, Run(gradient, clipNorm, axes), (x, y) => x.Equals(y) || Math.Abs(x - y) <= 1e-6 * Math.Abs(x));
    }

    [Fact]
    public void Rows_AreClippedEachByItself()
    {
        Assert.Equal([5, 12, 6.117647f, 11.470589f, 0.3f, 0.4f], Run(Rows, 13, [1]), (x, y) => Math.Abs(x - y) <= 1e-6 * Math.Abs(x));
        Assert.Equal([2.5f, 6, 3.0588236f, 5.7352943f, 0.3f, 0.4f], Run(Rows, 6.5, [-1]), (x, y) => Math.Abs(x - y) <= 1e-6 * Math.Abs(x));
        Assert.Equal([1.5f, 1, 2, 1], Run(new float[,] { { 3, 1 }, { 4, 1 } }, 2.5, [0]), (x, y) => Math.Abs(x - y) <= 1e-6);
    }

    [Theory]
    [InlineData(5, 0.32f, -0.24f)]
    [InlineData(10, 0.64f, -0.48f)]
    [InlineData(20, 1f, 0f)]
    public void Gradient_IsTensorFlows(double clipNorm, float first, float second)
    {
        Assert.Equal([first, second], GradientAt([6f, 8f], clipNorm, [1f, 0f]), (x, y) => Math.Abs(x - y) < 1e-6);
        Assert.Equal([1f, 1f, 1f], GradientAt([0f, 0f, 0f], 2, [1f, 1f, 1f]));
    }

    [Theory]
    [InlineData(new[] { 9f, 12f }, 3, new[] { 3.6f, 4.8f })]
    [InlineData(new[] { 9f, 12f }, 10, new[] { 9f, 12f })]
    [InlineData(new[] { 1f, -1f, 1f, -1f }, 0.25, new[] { 0.5f, -0.5f, 0.5f, -0.5f })]
    [InlineData(new[] { 0f, 0f }, 1, new[] { 0f, 0f })]
    [InlineData(new[] { NaN, 1f }, 1, new[] { NaN, NaN })]
    [InlineData(new[] { Inf, 1f, -1f }, 1, new[] { NaN, 0f, -0f })]
    [InlineData(new[] { 10f }, 4, new[] { 4f })]
    public void AverageNorm_DividesByTheCount(float[] gradient, double clipNorm, float[] expected)
    {
        var graph = new Graph();
        Output g = graph.Placeholder(DType.Float32, [null]);
        Output clipped = Clip.ByAverageNorm(g, clipNorm).Values;
        using var session = new Session(graph);
        Assert.Equal(expected, session.Run<float[]>(clipped, new Feeds { [g] = gradient }),
            (x, y) => x.Equals(y) || Math.Abs(x - y) <= 1e-6 * Math.Abs(x));
    }

    [Fact]
    public void Graph_HasTensorFlowsOperations()
    {
        var graph = new Graph();
        Output g = graph.Placeholder(DType.Float32, [2], "g");
        Output clipped = Clip.ByNorm(g, 5).Values;
        Assert.Equal("clip_by_norm", clipped.Operation.Name);
        Assert.Equal(
        [
            "mul", "Const", "Sum", "Greater/y", "Greater", "ones_like", "Select", "Sqrt", "Select_1", "mul_1/y", "mul_1",
            "Maximum/y", "Maximum", "truediv",
        ], graph.Operations.Skip(1).SkipLast(1).Select(o => o.Name["clip_by_norm/".Length..]));
    }

    private static float[] Run(Value gradient, double clipNorm, int[]? axes)
    {
        var graph = new Graph();
        Output g = graph.Placeholder(DType.Float32, gradient.Shape), c = graph.Placeholder(DType.Float32, []);
        Output clipped = Clip.ByNorm(g, c, axes).Values;
        using var session = new Session(graph);
        return session.Run(clipped, new Feeds { [g] = gradient, [c] = (float)clipNorm }).ToArray<float>();
    }

    private static float[] GradientAt(float[] at, double clipNorm, float[] upstream)
    {
        var graph = new Graph();
        Output g = graph.Placeholder(DType.Float32, [at.Length]);
        Output clipped = Clip.ByNorm(g, clipNorm).Values;
        Gradient dx = graph.Gradients([clipped], [g], [graph.Constant(upstream)])[0]!;
        using var session = new Session(graph);
        return session.Run<float[]>(dx.Values, new Feeds { [g] = at });
    }
}
