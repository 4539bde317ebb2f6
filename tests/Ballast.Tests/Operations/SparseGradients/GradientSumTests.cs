using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.SparseGradients;

public sealed class GradientSumTests
{
    [Fact]
    public void RowsThatMeet_AreConcatenatedNotSummed()
    {
        var graph = new Graph();
        Output table = graph.Constant((Value)new float[3, 1]);
        Output y = Op.Gather(table, new[] { 0, 1 }) * 2 + Op.Gather(table, new[] { 1, 2 });
        var slices = Assert.IsType<IndexedSlices>(graph.Gradients(y, table)[0]);
        using var session = new Session(graph);
        Assert.Equal([1f, 1, 2, 2], session.Run(slices.Values).ToArray<float>().Order());
        Assert.Equal(4, session.Run(slices.Indices).Length);
        Assert.Equal([2f, 3, 1], session.Run(Op.ToDense(slices)).ToArray<float>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ADenseGradient_BecomesAllRows(bool isKnown)
    {
        var graph = new Graph();
        Output table = graph.Placeholder(DType.Float32, isKnown ? [3, 1] : [null, 1]);
        Output y = Op.Concat([table * 5, Op.Gather(table, graph.Constant(new[] { 2L, 2 }))], 0);
        var slices = Assert.IsType<IndexedSlices>(graph.Gradients(y, table)[0]);
        Output dense = Op.ToDense(slices);
        using var session = new Session(graph);
        var feeds = new Feeds { [table] = new float[3, 1] };
        Assert.Equal(DType.Int64, slices.Indices.DType);
        Assert.Equal([0L, 1, 2, 2, 2], session.Run(slices.Indices, feeds).ToArray<long>().Order());
        Assert.Equal([5f, 5, 7], session.Run(dense, feeds).ToArray<float>());
    }

    [Fact]
    public void RowsWithoutADenseShape_CannotBecomeDense()
    {
        var graph = new Graph();
        var slices = new IndexedSlices(graph.Constant(new[] { 1f }), graph.Constant(new[] { 0 }), null);
        Assert.Contains("a dense shape", Assert.Throws<GraphException>(() => Op.ToDense(slices)).Message, StringComparison.Ordinal);
    }
}
