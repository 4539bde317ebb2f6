using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using Ballast.Training;
using Ballast.Training.Optimizers;

namespace Ballast.Tests.Training.Optimizers;

/// <summary>What all optimizers share: names, slots, the global step, constraints, what they refuse.</summary>
public sealed class OptimizerTests
{
    public static TheoryData<string, string[], string[]> Slots => new()
    {
        { "GradientDescent", [], [] },
        { "Momentum", ["momentum"], ["layer/w/Momentum", "b/Momentum"] },
        { "Adam", ["m", "v"], ["beta1_power", "beta2_power", "layer/w/Adam", "layer/w/Adam_1", "b/Adam", "b/Adam_1"] },
        { "RMSProp", ["momentum", "rms"], ["layer/w/RMSProp", "layer/w/RMSProp_1", "b/RMSProp", "b/RMSProp_1"] },
        {
            "CenteredRMSProp", ["mg", "momentum", "rms"],
            ["layer/w/RMSProp", "layer/w/RMSProp_1", "layer/w/RMSProp_2", "b/RMSProp", "b/RMSProp_1", "b/RMSProp_2"]
        },
        { "Adagrad", ["accumulator"], ["layer/w/Adagrad", "b/Adagrad"] },
        { "Adadelta", ["accum", "accum_update"], ["layer/w/Adadelta", "layer/w/Adadelta_1", "b/Adadelta", "b/Adadelta_1"] },
        { "Ftrl", ["accum", "linear"], ["layer/w/Ftrl", "layer/w/Ftrl_1", "b/Ftrl", "b/Ftrl_1"] },
    };

    [Theory]
    [MemberData(nameof(Slots))]
    public void Slots_HaveTensorFlowsNamesInItsOrder(string kind, string[] slots, string[] variables)
    {
        foreach (bool isResource in (bool[])[false, true])
        {
            (Graph graph, Variable w, Variable b, Output loss) = Model(isResource);
            Optimizer optimizer = Make(kind);
            int before = graph.Variables.Count;
            Operation train = optimizer.Minimize(loss);
            Assert.Equal(slots, optimizer.SlotNames);
            Assert.Equal(variables, graph.Variables.Skip(before).Select(v => v.Name));
            Assert.Equal(variables, optimizer.Variables.Select(v => v.Name));
            Assert.All(optimizer.Variables, v => Assert.Equal(isResource, v.IsResource));
            Assert.Equal(optimizer.Name, train.Name);
            Assert.Equal([w, b], graph.TrainableVariables);
            foreach (string slot in slots) Assert.Equal(w.Shape, optimizer.GetSlot(w, slot)!.Shape);
            Assert.Null(optimizer.GetSlot(w, "none"));
        }
    }

    [Fact]
    public void RMSProp_StartsFromOnes()
    {
        (Graph graph, Variable w, _, Output loss) = Model(false);
        var optimizer = new RMSProp(0.1);
        _ = optimizer.Minimize(loss);
        using var session = new Session(graph);
        session.Initialize();
        Assert.Equal("layer/w/RMSProp", optimizer.GetSlot(w, "rms")!.Name);
        Assert.Equal([1f, 1f], session.Read(optimizer.GetSlot(w, "rms")!).ToArray<float>());
        Assert.Equal([0f, 0f], session.Read(optimizer.GetSlot(w, "momentum")!).ToArray<float>());
    }

    [Fact]
    public void Operations_AreNamedAsTensorFlow()
    {
        (Graph graph, _, _, Output loss) = Model(false);
        _ = new Adam(0.01).Minimize(loss, graph.GetOrCreateGlobalStep());
        foreach (string name in (string[])["Adam/learning_rate", "Adam/beta1", "Adam/beta2", "Adam/epsilon",
            "Adam/update_layer/w/ApplyAdam", "Adam/update_b/ApplyAdam", "Adam/mul", "Adam/Assign", "Adam/mul_1", "Adam/Assign_1",
            "Adam/update", "Adam/value", "Adam", "layer/w/Adam/Initializer/zeros", "layer/w/Adam/read", "beta1_power/initial_value"])
            Assert.NotNull(graph.GetOperation(name));
        Assert.Equal("AssignAdd", graph.GetOperation("Adam").Type);
        Assert.Equal("NoOp", graph.GetOperation("Adam/update").Type);
    }

    [Fact]
    public void GlobalStep_CountsAfterTheUpdates()
    {
        (Graph graph, _, _, Output loss) = Model(false);
        Variable step = graph.GetOrCreateGlobalStep();
        Assert.Same(step, graph.GetOrCreateGlobalStep());
        Assert.Equal(DType.Int64, step.DType);
        Assert.DoesNotContain(step, graph.TrainableVariables);
        Operation train = new GradientDescent(0.1).Minimize(loss, step);
        Assert.Equal([train], graph.Collections.Get<Operation>(GraphCollections.TrainOp));
        using var session = new Session(graph);
        session.Initialize();
        for (int i = 0; i < 3; i++) session.Run(train);
        Assert.Equal(3L, session.Read(step).Scalar<long>());
    }

    [Fact]
    public void SecondOptimizer_HasPowersOfItsOwn()
    {
        (Graph graph, _, _, Output loss) = Model(false);
        _ = new Adam().Minimize(loss);
        var second = new Adam();
        _ = second.Minimize(loss);
        Assert.Equal(["beta1_power_1", "beta2_power_1", "layer/w/Adam_2", "layer/w/Adam_3", "b/Adam_2", "b/Adam_3"],
            second.Variables.Select(v => v.Name));
    }

    [Fact]
    public void SameOptimizerTwice_SharesItsSlots()
    {
        (_, _, _, Output loss) = Model(false);
        var adam = new Adam();
        _ = adam.Minimize(loss);
        int made = adam.Variables.Count;
        Operation again = adam.Minimize(loss);
        Assert.Equal(made, adam.Variables.Count);
        Assert.Equal("Adam_1", again.Name);
    }

    [Fact]
    public void LearningRate_MayBeFed()
    {
        var graph = new Graph();
        Variable w = graph.Variable(1f, "w");
        Output rate = graph.Placeholder(DType.Float32, Shape.Scalar, "rate");
        Operation train = new GradientDescent(rate).ApplyGradients([(graph.Constant(1f), w)]);
        using var session = new Session(graph);
        session.Initialize();
        session.Run(train, new Feeds { [rate] = 0.25f });
        session.Run(train, new Feeds { [rate] = 0.5f });
        Assert.Equal(0.25f, session.Read(w).Scalar<float>());
    }

    [Theory]
    [InlineData(DType.Float64, 1.99)]
    [InlineData(DType.Float16, 1.99)]
    // 0.999 is 1 in bfloat16, so that α = rate·√(1 - 1) = 0: nothing moves, as in TensorFlow.
    [InlineData(DType.BFloat16, 2)]
    public void OtherTypes_TakeTheirNumbersInTheirOwnPrecision(DType dtype, double expected)
    {
        var graph = new Graph();
        Variable w = graph.Variable(Op.Cast(graph.Constant(2f), dtype), "w");
        Operation train = new Adam(0.01).ApplyGradients([(Op.Cast(graph.Constant(0.5f), dtype), w)]);
        Output wide = Op.Cast(w, DType.Float64);
        using var session = new Session(graph);
        session.Initialize();
        session.Run(train);
        Assert.Equal(expected, session.Run<double>(wide), dtype == DType.Float64 ? 1e-6 : 0.002);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Constraint_IsAppliedAfterTheUpdate(bool isResource)
    {
        var graph = new Graph();
        Func<Output, Output> constraint = x => Op.Maximum(x, 0);
        Variable w = isResource
            ? graph.ResourceVariable(new[] { 1f, 1f }, "w", constraint: constraint)
            : graph.Variable(new[] { 1f, 1f }, "w", constraint: constraint);
        Operation train = new GradientDescent(1).ApplyGradients([(graph.Constant(new[] { 3f, 0.25f }), w)]);
        using var session = new Session(graph);
        session.Initialize();
        session.Run(train);
        Assert.Equal([0f, 0.75f], session.Read(w).ToArray<float>());
    }

    [Fact]
    public void VariableWithoutGradient_StaysAndHasNoSlots()
    {
        var graph = new Graph();
        Variable w = graph.Variable(1f, "w"), other = graph.Variable(1f, "other");
        var optimizer = new Momentum(0.1, 0.9);
        IReadOnlyList<(Gradient? Gradient, Variable Variable)> gradients = optimizer.ComputeGradients(w.Value * w.Value);
        Assert.Equal([w, other], gradients.Select(g => g.Variable));
        Assert.Null(gradients[1].Gradient);
        Operation train = optimizer.ApplyGradients(gradients);
        Assert.Null(optimizer.GetSlot(other, "momentum"));
        using var session = new Session(graph);
        session.Initialize();
        session.Run(train);
        Assert.Equal(0.8f, session.Read(w).Scalar<float>(), 1e-6f);
        Assert.Equal(1f, session.Read(other).Scalar<float>());
    }

    [Fact]
    public void GradLoss_WeighsALossOfSeveralNumbers()
    {
        var graph = new Graph();
        Variable w = graph.Variable(new[] { 1f, 2f }, "w");
        var optimizer = new GradientDescent(1);
        Output plain = optimizer.ComputeGradients(w.Value * w.Value)[0].Gradient!.Values;
        Output weighed = optimizer.ComputeGradients(w.Value * w.Value, gradLoss: graph.Constant(new[] { 10f, 0f }))[0].Gradient!.Values;
        using var session = new Session(graph);
        session.Initialize();
        Assert.Equal([2f, 4f], session.Run<float[]>(plain));
        Assert.Equal([20f, 0f], session.Run<float[]>(weighed));
    }

    [Fact]
    public void WhatCannotWork_IsRefused()
    {
        var graph = new Graph();
        var optimizer = new GradientDescent(0.1);
        Output loss = graph.Constant(1f);
        Assert.Contains("variables to optimize", Assert.Throws<GraphException>(() => optimizer.Minimize(loss)).Message, StringComparison.Ordinal);
        Variable w = graph.Variable(1f, "w");
        Assert.Contains("No gradients provided for any variable", Assert.Throws<GraphException>(() => optimizer.Minimize(loss)).Message, StringComparison.Ordinal);
        Assert.Contains("No gradients provided for any variable", Assert.Throws<GraphException>(() => optimizer.ApplyGradients([(null, w)])).Message, StringComparison.Ordinal);
        Assert.Contains("No variables provided", Assert.Throws<GraphException>(() => optimizer.ApplyGradients([])).Message, StringComparison.Ordinal);
        Variable count = graph.Variable((Value)1, "count");
        Assert.Throws<GraphException>(() => optimizer.ComputeGradients(w.Value * 2, [count]));
        Assert.Throws<GraphException>(() => optimizer.ComputeGradients(count.Value, [w]));
        Assert.Throws<ShapeMismatchException>(() => optimizer.ApplyGradients([(graph.Constant(new[] { 1f, 2f }), w)]));
        Assert.Throws<ArgumentException>(() => new GradientDescent(0.1, ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad(0.1, 0));
        Assert.Throws<ArgumentException>(() => new Ftrl(0.1, new FtrlOptions { L1 = -1 }));
        Assert.Throws<ArgumentException>(() => new Ftrl(0.1, new FtrlOptions { LearningRatePower = 0.5 }));
    }

    [Fact]
    public void UninitializedSlot_IsNamedAndNothingMoves()
    {
        (Graph graph, Variable w, Variable b, Output loss) = Model(false);
        Operation train = new Momentum(0.1, 0.9).Minimize(loss);
        using var session = new Session(graph);
        session.Initialize(w, b);
        float[] before = session.Read(w).ToArray<float>();
        var error = Assert.Throws<FailedPreconditionException>(() => session.Run(train));
        Assert.Contains("/Momentum", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, session.Read(w).ToArray<float>());
    }

    private static (Graph, Variable W, Variable B, Output Loss) Model(bool isResource)
    {
        var graph = new Graph { RecordsSource = false };
        Variable Make(Value value, string name) => isResource ? graph.ResourceVariable(value, name) : graph.Variable(value, name);
        Variable w = Make(new[] { 1f, -2f }, "layer/w"), b = Make(0.5f, "b");
        return (graph, w, b, Op.Sum(Op.Square(w.Value)) + (b.Value * b.Value));
    }

    private static Optimizer Make(string kind) => kind switch
    {
        "GradientDescent" => new GradientDescent(0.1),
        "Momentum" => new Momentum(0.1, 0.9),
        "Adam" => new Adam(),
        "RMSProp" => new RMSProp(0.1),
        "CenteredRMSProp" => new RMSProp(0.1, centered: true),
        "Adagrad" => new Adagrad(0.1),
        "Adadelta" => new Adadelta(),
        _ => new Ftrl(0.1),
    };
}
