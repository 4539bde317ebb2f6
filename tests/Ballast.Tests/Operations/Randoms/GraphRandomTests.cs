using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.Randoms;

public sealed class GraphRandomTests
{
    [Fact]
    public void Seeds_AreTensorFlows()
    {
        Assert.Equal((0, 0), SeedsOf(null, null));
        Assert.Equal((87_654_321, 7), SeedsOf(null, 7));
        Assert.Equal((5, 7), SeedsOf(5, 7));
        Assert.Equal((0, int.MaxValue), SeedsOf(0, 0));

        // Python's remainder by 2³¹ - 1.
        Assert.Equal((int.MaxValue - 1, 0), SeedsOf(-1, int.MaxValue));

        // Without a seed of its own an operation takes the number of operations so far: shape, mean and stddev.
        Assert.Equal((5, 3), SeedsOf(5, null));

        static (long, long) SeedsOf(int? ofGraph, int? own)
        {
            var graph = new Graph { Seed = ofGraph };
            Operation random = graph.RandomNormal([2], seed: own).Graph.GetOperation("random_normal/RandomStandardNormal");
            return (random["seed"].Int, random["seed2"].Int);
        }
    }

    [Fact]
    public void Normal_EmitsTensorFlowsSequence()
    {
        var graph = new Graph();
        Output output = graph.RandomNormal([3], mean: 5, stddev: 2, seed: 1);
        Assert.Equal(
            ["random_normal/shape", "random_normal/mean", "random_normal/stddev", "random_normal/RandomStandardNormal", "random_normal/mul", "random_normal"],
            graph.Operations.Select(o => o.Name));
        Assert.Equal([3], output.Shape);
        using var session = new Session(graph);
        float[] standard = session.Run<float[]>(graph.GetOutput("random_normal/RandomStandardNormal"));
        using var other = new Session(graph);
        Assert.Equal(standard.Select(x => (x * 2) + 5), other.Run<float[]>(output));
    }

    [Fact]
    public void Uniform_LiesBetweenItsBounds()
    {
        var graph = new Graph { Seed = 3 };
        Output real = graph.RandomUniform([1000], -2, 3), whole = graph.RandomUniform([1000], -2, 3, DType.Int32);
        Assert.Equal("random_uniform", real.Operation.Name);
        using var session = new Session(graph);
        float[] numbers = session.Run<float[]>(real);
        Assert.InRange(numbers.Min(), -2, -1.9f);
        Assert.InRange(numbers.Max(), 2.9f, 3);
        Assert.Equal([-2, -1, 0, 1, 2], session.Run<int[]>(whole).Distinct().Order());
        Assert.Throws<GraphException>(() => graph.RandomUniform([2], dtype: DType.Int32));
    }

    [Fact]
    public void ShapeOfARun_IsTaken()
    {
        var graph = new Graph { Seed = 3 };
        Output shape = graph.Placeholder(DType.Int32, [2]);
        Output normal = graph.RandomNormal(shape), uniform = graph.RandomUniform(shape);
        Assert.Equal(2, normal.Shape.Rank);
        using var session = new Session(graph);
        Assert.Equal([3, 4], session.Run(normal, new Feeds { [shape] = new[] { 3, 4 } }).Shape);
        Assert.Equal([0, 4], session.Run(uniform, new Feeds { [shape] = new[] { 0, 4 } }).Shape);
    }

    [Fact]
    public void Shuffle_TakesTheSeeds()
    {
        var graph = new Graph { Seed = 3 };
        Output shuffled = Op.RandomShuffle(graph.Constant(new[] { 1, 2, 3, 4 }), seed: 5);
        Assert.Equal((3, 5), (shuffled.Operation["seed"].Int, shuffled.Operation["seed2"].Int));
        using var session = new Session(graph);
        Assert.Equal([1, 2, 3, 4], session.Run<int[]>(shuffled).Order());
    }

    [Fact]
    public void TruncatedNormal_StaysWithinTwoDeviations()
    {
        var graph = new Graph { Seed = 3 };
        Output output = graph.TruncatedNormal([1000], mean: 10, stddev: 0.1);
        Assert.Equal("truncated_normal", output.Operation.Name);
        using var session = new Session(graph);
        Assert.All(session.Run<float[]>(output), x => Assert.InRange(x, 9.8f, 10.2f));
    }
}
