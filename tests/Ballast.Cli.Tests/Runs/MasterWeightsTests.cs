using Ballast.Cli.Runs;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using Ballast.Training;
using Ballast.Training.Optimizers;

namespace Ballast.Cli.Tests.Runs;

public sealed class MasterWeightsTests
{
    [Fact]
    public void SmallUpdates_AddUpWhereSixteenBitsWouldRoundThemAway()
    {
        // w = 1, gradient 1, rate 1e-4: in float16 neighbours of 1 lie 4.9e-4 below it, so each update alone is nothing.
        (Graph graph, Variable weight, Operation update) = Build(widened: true);
        using var session = new Session(graph);
        session.Initialize();
        for (int i = 0; i < 100; i++) session.Run(update);
        Assert.Equal(0.99, (double)session.Read(weight).ToArray<Half>()[0], tolerance: 5e-4);

        (graph, weight, update) = Build(widened: false);
        using var plain = new Session(graph);
        plain.Initialize();
        for (int i = 0; i < 100; i++) plain.Run(update);
        Assert.Equal((Half)1, plain.Read(weight).ToArray<Half>()[0]);
    }

    [Fact]
    public void Float32Weights_AreLeftAlone()
    {
        var graph = new Graph();
        Variable weight = graph.Variable(1f, "w");
        var optimizer = new GradientDescent(0.1);
        Assert.Same(weight, MasterWeights.Widen(optimizer.ComputeGradients(weight * 2.0)).Single().Variable);
    }

    private static (Graph Graph, Variable Weight, Operation Update) Build(bool widened)
    {
        var graph = new Graph();
        Variable weight = graph.Variable(Op.Cast(graph.Constant(1f), DType.Float16), "w");
        var optimizer = new GradientDescent(1e-4);
        var pairs = optimizer.ComputeGradients(Op.Identity(weight));
        Operation update = widened
            ? MasterWeights.Apply(optimizer, MasterWeights.Widen(pairs), [weight], graph.GetOrCreateGlobalStep())
            : optimizer.ApplyGradients(pairs);
        return (graph, weight, update);
    }
}
