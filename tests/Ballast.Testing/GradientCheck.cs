using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Testing;

/// <summary>Compares symbolic gradients with central differences, in float64.</summary>
public static class GradientCheck
{
    /// <summary>
    /// Builds y from placeholders that hold <paramref name="inputs"/> (float64 ones are differentiated, others only fed),
    /// weighs y's elements with fixed random numbers, and compares the gradient of the weighted sum for every element.
    /// </summary>
    /// <param name="build">Makes y of the placeholders.</param>
    /// <param name="inputs">The point.</param>
    /// <param name="tolerance">The largest error, relative to 1 + |gradient|. Central differences of step 1e-5 are good to about 1e-9.</param>
    /// <param name="knownShapes">Whether the placeholders know their shapes while the graph is built.</param>
    public static void Agrees(Func<Output[], Output> build, Value[] inputs, double tolerance = 1e-6, bool knownShapes = false)
    {
        var graph = new Graph();
        var feeds = new Feeds();
        Output[] xs = [.. inputs.Select(value =>
        {
            Output x = graph.Placeholder(value.DType, knownShapes ? value.Shape : Shape.UnknownOfRank(value.Shape.Rank));
            feeds.Add(x, value);
            return x;
        })];
        Output y = build(xs);
        Output weights = graph.Placeholder(y.DType, y.Shape);
        Output[] differentiated = [.. xs.Where(x => x.DType == DType.Float64)];
        Gradient?[] gradients = graph.Gradients([y], differentiated, [weights]);
        Output[] dense = [.. gradients.Select(g => Op.ToDense(Assert.IsType<Gradient>(g, exactMatch: false)))];
        using var session = new Session(graph);

        Value value = session.Run(y, feeds);
        var random = new Random(20_260);
        double[] w = [.. Enumerable.Range(0, value.Length).Select(_ => (2 * random.NextDouble()) - 1)];
        feeds.Add(weights, Value.From<double>(w, value.Shape));
        Value[] analytic = session.Run(dense, [], feeds);

        for (int k = 0; k < differentiated.Length; k++)
        {
            Value at = feeds[differentiated[k]];
            Assert.Equal(at.Shape, analytic[k].Shape);
            double[] point = at.ToArray<double>();
            for (int i = 0; i < point.Length; i++)
            {
                double step = 1e-5 * Math.Max(1, Math.Abs(point[i]));
                double numeric = (Weighted(i, point[i] + step) - Weighted(i, point[i] - step)) / (2 * step);
                double actual = analytic[k].Span<double>()[i];
                Assert.True(Math.Abs(numeric - actual) <= tolerance * (1 + Math.Abs(numeric)),
                    $"d/dx{k}[{i}] at {point[i]}: central difference {numeric}, gradient {actual}.");
            }

            feeds[differentiated[k]] = at;

            double Weighted(int index, double replacement)
            {
                double[] moved = [.. point];
                moved[index] = replacement;
                feeds[differentiated[k]] = Value.From<double>(moved, at.Shape);
                double sum = 0;
                ReadOnlySpan<double> result = session.Run(y, feeds).Span<double>();
                for (int j = 0; j < result.Length; j++) sum += result[j] * w[j];
                return sum;
            }
        }
    }
}
