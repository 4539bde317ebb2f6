using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.Randoms;

public sealed class MultinomialTests
{
    [Theory]
    [InlineData(DType.Int64)]
    [InlineData(DType.Int32)]
    public void Classes_AreDrawnByTheirProbability(DType dtype)
    {
        const int samples = 20_000;
        float[,] logits = { { 0, MathF.Log(3), float.NegativeInfinity }, { 1000, float.NaN, 1000 } };
        var graph = new Graph { Seed = 1 };
        Output drawn = Op.Multinomial(graph.Constant(logits), samples, dtype: dtype);
        Assert.Equal([2, samples], drawn.Shape);
        using var session = new Session(graph);
        Value value = session.Run(drawn);
        long[] classes = dtype == DType.Int64 ? value.ToArray<long>() : [.. value.ToArray<int>().Select(c => (long)c)];
        double Share(int row, int of) => classes.Skip(row * samples).Take(samples).Count(c => c == of) / (double)samples;
        Assert.Equal(0.25, Share(0, 0), 0.02);
        Assert.Equal(0.75, Share(0, 1), 0.02);
        Assert.Equal(0.5, Share(1, 0), 0.02);
        Assert.Equal(0.5, Share(1, 2), 0.02);
    }

    [Fact]
    public void EveryDtypeOfLogits_IsTaken()
    {
        foreach (Value logits in (Value[])
            [Value.From<Half>([(Half)0, (Half)(-100)], [1, 2]), Value.From<BFloat16>([(BFloat16)0f, (BFloat16)(-100f)], [1, 2]), Value.From<double>([0, -100], [1, 2])])
        {
            var graph = new Graph();
            using var session = new Session(graph);
            Assert.Equal([0L, 0, 0], session.Run(Op.Multinomial(graph.Constant(logits), 3, seed: 7)).ToArray<long>());
        }
    }

    [Fact]
    public void RowWithoutFiniteLogits_IsRefused()
    {
        var graph = new Graph();
        Output drawn = Op.Multinomial(graph.Constant(new[,] { { float.NaN, float.PositiveInfinity } }), 1);
        using var session = new Session(graph);
        Assert.Throws<InvalidArgumentException>(() => session.Run(drawn));
        Assert.Equal([1, 0], session.Run(Op.Multinomial(graph.Constant(new float[1, 2]), 0)).Shape);
    }
}
