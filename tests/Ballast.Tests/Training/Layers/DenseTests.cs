using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using Ballast.Training.Initializers;
using Ballast.Training.Layers;
using Ballast.Training.Optimizers;

namespace Ballast.Tests.Training.Layers;

public sealed class DenseTests
{
    [Fact]
    public void Dense_MultipliesAddsAndActivates()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [null, 2], "x");
        var options = new LayerOptions { Kernel = (g, _, _) => g.Constant(new float[,] { { 1, -2, 3 }, { 4, 5, -6 } }), Bias = Initial.Constant(0.5) };
        Output y = Layer.Dense(x, 3, Op.Relu, options);
        using var session = new Session(graph);
        session.Initialize();
        Assert.Equal([null, 3], y.Shape);
        Assert.Equal([9.5f, 8.5f, 0f], session.Run(y, new Feeds { [x] = new float[,] { { 1, 2 } } }).ToArray<float>());
    }

    [Fact]
    public void Dense_NamesItsVariablesAsTensorFlow()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [null, 4], "x");
        Output hidden = Layer.Dense(x, 8, Op.Tanh);
        _ = Layer.Dense(hidden, 2, options: new LayerOptions { Bias = null });
        Assert.Equal(["dense/kernel", "dense/bias", "dense_1/kernel"], graph.TrainableVariables.Select(v => v.Name));
        Assert.Equal("dense/Tanh", hidden.Operation.Name);
    }

    [Fact]
    public void Dense_Learns()
    {
        var graph = new Graph { Seed = 7 };
        Output x = graph.Placeholder(DType.Float32, [null, 2], "x"), target = graph.Placeholder(DType.Float32, [null, 1], "target");
        Output y = Layer.Dense(Layer.Dense(x, 16, Op.Tanh), 1);
        Output loss = Op.Mean(Op.Square(y - target));
        Variable step = Ballast.Training.GraphGlobalStep.GetOrCreateGlobalStep(graph);
        Operation train = new Adam(0.05).Minimize(loss, step);
        using var session = new Session(graph);
        session.Initialize();
        var feeds = new Feeds
        {
            [x] = new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } },
            [target] = new float[,] { { 0 }, { 1 }, { 1 }, { 0 } },
        };
        for (int i = 0; i < 200; i++) session.Run(train, feeds);
        Assert.InRange(session.Run<float>(loss, feeds), 0, 1e-2f);
        Assert.Equal(200L, session.Read(step).Scalar<long>());
    }

    [Fact]
    public void Dense_RefusesInputsOfUnknownWidth()
    {
        var graph = new Graph();
        _ = Assert.Throws<ShapeMismatchException>(() => Layer.Dense(graph.Placeholder(DType.Float32, [null, null]), 3));
        _ = Assert.Throws<ShapeMismatchException>(() => Layer.Dense(graph.Placeholder(DType.Float32, [null, 3, 3]), 3));
    }
}
