using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.Images;

public sealed class ConvolutionalNetworkTests
{
    [Fact]
    public void LossAndGradients_AgreeWithPyTorch()
    {
        var graph = new Graph();
        Output x = graph.Constant(Golden("x", [2, 6, 6, 2])), filter = graph.Constant(Golden("filter", [3, 3, 2, 3]));
        Output bias = graph.Constant(Golden("bias", [3])), weights = graph.Constant(Golden("weights", [27, 4]));
        Output convolved = Op.Relu(Op.BiasAdd(Op.Conv2D(x, filter, [1, 1, 1, 1], "SAME"), bias));
        Output pooled = Op.MaxPool(convolved, [1, 2, 2, 1], [1, 2, 2, 1], "VALID");
        Output logits = Op.MatMul(Op.Reshape(pooled, 2, 27), weights);
        Output labels = graph.Constant(NetworkGoldens.Doubles("network", "labels").Select(l => (int)l).ToArray());
        Output loss = Op.Mean(Op.SparseSoftmaxCrossEntropyWithLogits(labels, logits));
        Gradient?[] gradients = graph.Gradients(loss, filter, bias, weights);
        using var session = new Session(graph);
        IReadOnlyList<Value> values = session.Run([logits, loss, .. gradients.Select(g => g!.Values)]);
        foreach ((string key, Value value) in ((string[])["logits", "loss", "dfilter", "dbias", "dweights"]).Zip(values))
        {
            double[] expected = NetworkGoldens.Doubles("network", key);
            Assert.Equal(expected.Length, value.Length);
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], value.Span<double>()[i], 1e-9);
        }
    }

    private static Value Golden(string key, Shape shape) => NetworkGoldens.Double("network", key, shape);
}
