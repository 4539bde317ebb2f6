using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.Embeddings;

public sealed class EmbeddingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EmbeddingLookup_PicksRowsAndItsGradientIsRows(bool isResource)
    {
        var graph = new Graph();
        Value initial = new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } };
        Variable table = isResource ? graph.ResourceVariable(initial, "table") : graph.Variable(initial, "table");
        Output rows = Op.EmbeddingLookup(table, new[] { 2, 0, 2 });
        Assert.Equal("embedding_lookup/Identity", rows.Operation.Name);
        Operation gather = graph.GetOperation("embedding_lookup");
        Assert.Equal(isResource ? "ResourceGather" : "GatherV2", gather.Type);
        Assert.Equal([3, 2], rows.Shape);

        Output dy = graph.Constant((Value)new float[,] { { 1, 1 }, { 2, 2 }, { 4, 4 } });
        var slices = Assert.IsType<IndexedSlices>(graph.Gradients([rows], [table.Handle], [dy])[0]);
        Output dense = Op.ToDense(slices);
        using var session = new Session(graph);
        session.Run(table.Initializer);
        Assert.Equal([5f, 6, 1, 2, 5, 6], session.Run(rows).ToArray<float>());
        Assert.Equal([2f, 2, 0, 0, 5, 5], session.Run(dense).ToArray<float>());
        Assert.Equal([3, 2], session.Run<int[]>(slices.DenseShape!));
    }

    [Fact]
    public void IdsOutsideTheTable_AreRefused()
    {
        var graph = new Graph();
        Variable table = graph.ResourceVariable((Value)new float[3, 2], "table");
        Output ids = graph.Placeholder(DType.Int32, [null]);
        Output rows = graph.Add(Cards.ResourceGather, null, [table.Handle, ids], ("dtype", DType.Float32)).Output;
        using var session = new Session(graph);
        Assert.Throws<FailedPreconditionException>(() => session.Run(rows, new Feeds { [ids] = new[] { 0 } }));
        session.Run(table.Initializer);
        var error = Assert.Throws<InvalidArgumentException>(() => session.Run(rows, new Feeds { [ids] = new[] { 0, 3 } }));
        Assert.Contains("indices[1] = 3 is not in [0, 3)", error.Message, StringComparison.Ordinal);
    }
}
