using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.Updates;

/// <summary>What updates refuse, that a refused update changes nothing, and what non-finite gradients do.</summary>
public sealed class UpdateChecksTests
{
    public static TheoryData<string> Updates =>
    [
        "ApplyGradientDescent", "ResourceApplyGradientDescent", "ApplyProximalGradientDescent",
        "ResourceApplyProximalGradientDescent", "SparseApplyProximalGradientDescent", "ResourceSparseApplyProximalGradientDescent",
        "ApplyMomentum", "ResourceApplyMomentum", "SparseApplyMomentum",
        "ResourceSparseApplyMomentum", "ApplyAdam", "ResourceApplyAdam",
        "ApplyRMSProp", "ResourceApplyRMSProp", "SparseApplyRMSProp",
        "ResourceSparseApplyRMSProp", "ApplyCenteredRMSProp", "ResourceApplyCenteredRMSProp",
        "SparseApplyCenteredRMSProp", "ResourceSparseApplyCenteredRMSProp", "ApplyAdagrad",
        "ResourceApplyAdagrad", "SparseApplyAdagrad", "ResourceSparseApplyAdagrad",
        "ApplyProximalAdagrad", "ResourceApplyProximalAdagrad", "ApplyAdadelta",
        "ResourceApplyAdadelta", "SparseApplyAdadelta", "ResourceSparseApplyAdadelta",
        "ApplyFtrl", "ResourceApplyFtrl", "SparseApplyFtrl",
        "ResourceSparseApplyFtrl", "ApplyFtrlV2", "ResourceApplyFtrlV2",
        "SparseApplyFtrlV2", "ResourceSparseApplyFtrlV2",
    ];

    [Theory]
    [MemberData(nameof(Updates))]
    public void UninitializedSlot_ChangesNothing(string type)
    {
        OpCard card = Catalogue.Find(type)!;
        (Graph graph, Variable[] states, Operation update) = Build(card, [2, 3]);
        using var session = new Session(graph);
        foreach (Variable state in states[..^1]) session.Initialize(state);
        var error = Assert.Throws<FailedPreconditionException>(() => session.Run(update));
        Assert.Contains($"uninitialized value {states[^1].Name}", error.Message, StringComparison.Ordinal);
        foreach (Variable state in states[..^1]) Assert.All(session.Read(state).ToArray<float>(), x => Assert.Equal(0.5f, x));
    }

    [Theory]
    [MemberData(nameof(Updates))]
    public void WrongGradientShape_IsRefusedWhileBuilding(string type)
    {
        OpCard card = Catalogue.Find(type)!;
        _ = Assert.Throws<ShapeMismatchException>(() => Build(card, [2, 4]));
    }

    [Theory]
    [MemberData(nameof(Updates))]
    public void WrongGradientShape_IsRefusedWhileRunning(string type)
    {
        OpCard card = Catalogue.Find(type)!;
        var feeds = new Feeds();
        (Graph graph, Variable[] states, Operation update) = Build(card, [2, 4], feeds);
        using var session = new Session(graph);
        session.Initialize();
        _ = Assert.Throws<InvalidArgumentException>(() => session.Run(update, feeds));
        foreach (Variable state in states) Assert.All(session.Read(state).ToArray<float>(), x => Assert.Equal(0.5f, x));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void RowOutOfRange_ChangesNothing(int row)
    {
        Value[] states = [new float[3, 2], new float[3, 2]];
        var graph = new Graph();
        Variable w = graph.Variable(states[0], "w"), a = graph.Variable(states[1], "a");
        Operation update = graph.Add(Cards.SparseApplyMomentum, null,
            [w.Handle, a.Handle, graph.Constant(0.1f), graph.Constant(new float[2, 2] { { 1, 1 }, { 1, 1 } }), graph.Constant(new[] { 0, row }), graph.Constant(0.9f)]);
        using var session = new Session(graph);
        session.Initialize();
        var error = Assert.Throws<InvalidArgumentException>(() => session.Run(update));
        Assert.Contains($"Index {row} at offset 1", error.Message, StringComparison.Ordinal);
        Assert.All(session.Read(w).ToArray<float>(), x => Assert.Equal(0f, x));
    }

    [Fact]
    public void SlotOfAnotherShape_IsRefused()
    {
        var graph = new Graph();
        Variable w = graph.Variable(new float[2], "w"), a = graph.Variable(new float[3], "a");
        _ = Assert.Throws<ShapeMismatchException>(() => graph.Add(Cards.ApplyMomentum, null,
            [w.Handle, a.Handle, graph.Constant(0.1f), graph.Constant(new float[2]), graph.Constant(0.9f)]));
    }

    [Fact]
    public void ReadBeforeTheUpdate_KeepsTheOldNumbers()
    {
        var graph = new Graph();
        Variable w = graph.Variable(new[] { 1f, 2f }, "w");
        Output before = w.Value;
        Operation update;
        using (graph.ControlDependencies(before.Operation))
            update = graph.Add(Cards.ApplyGradientDescent, null, [w.Handle, graph.Constant(1f), graph.Constant(new[] { 1f, 1f })]);
        using var session = new Session(graph);
        session.Initialize();
        Assert.Equal([1f, 2f], session.Run<float[]>(before, targets: [update]));
        Assert.Equal([0f, 1f], session.Read(w).ToArray<float>());
    }

    [Fact]
    public async Task UpdatesThatShareVariablesInOtherOrder_NeverWaitForEachOther()
    {
        var graph = new Graph { RecordsSource = false };
        Variable a = graph.Variable(new float[64], "a"), b = graph.Variable(new float[64], "b");
        Output rate = graph.Constant(0.1f), gradient = graph.Constant(new float[64]), momentum = graph.Constant(0.9f);
        Operation[] updates =
        [
            graph.Add(Cards.ApplyMomentum, null, [a.Handle, b.Handle, rate, gradient, momentum]),
            graph.Add(Cards.ApplyMomentum, null, [b.Handle, a.Handle, rate, gradient, momentum]),
        ];
        using var session = new Session(graph);
        session.Initialize();
        Task[] tasks = [.. updates.Select(update => Task.Run(() =>
        {
            for (int i = 0; i < 2000; i++) session.Run(update);
        }))];
        await Task.WhenAll(tasks).WaitAsync(TimeSpan.FromSeconds(60));
    }

    // What the table of non-finite gradients of TF 1.14's kernels says, in float32.
    [Theory]
    [InlineData("ApplyGradientDescent", float.PositiveInfinity, float.NegativeInfinity)]
    [InlineData("ApplyGradientDescent", float.NaN, float.NaN)]
    [InlineData("ApplyMomentum", float.PositiveInfinity, float.NegativeInfinity)]
    [InlineData("ApplyMomentum", float.NaN, float.NaN)]
    [InlineData("ApplyAdam", float.PositiveInfinity, float.NaN)]
    [InlineData("ApplyAdam", float.NaN, float.NaN)]
    [InlineData("ApplyRMSProp", float.PositiveInfinity, float.NaN)]
    [InlineData("ApplyCenteredRMSProp", float.PositiveInfinity, float.NaN)]
    [InlineData("ApplyAdagrad", float.PositiveInfinity, float.NaN)]
    [InlineData("ApplyAdagrad", float.NaN, float.NaN)]
    [InlineData("ApplyAdadelta", float.PositiveInfinity, float.NaN)]
    [InlineData("ApplyFtrl", float.NaN, 0f)]
    public void NonFiniteGradient_GoesIntoTheVariable(string type, float gradient, float variable)
    {
        UpdateFormula formula = UpdateFormula.All[type["Apply".Length..]];
        Value[] states = UpdateCardTests.States(formula, DType.Float32, [17], seed: 6);
        float[] gradients = new float[17];
        gradients[11] = gradient;
        Value[] after = UpdateRunner.Run(Catalogue.Find(type)!, states, UpdateCardTests.Arguments(formula, DType.Float32, gradients));
        Assert.Equal(variable, after[0].Span<float>()[11]);
        for (int i = 0; i < 17; i++)
            if (i != 11) Assert.True(float.IsFinite(after[0].Span<float>()[i]), $"element {i} is bad, too");
    }

    [Theory]
    [InlineData("Adam")]
    [InlineData("RMSProp")]
    public void HugeGradient_IsHarmlessForOneStepAndThenNan(string name)
    {
        UpdateFormula formula = UpdateFormula.All[name];
        Value[] states = [2f, .. formula.Slots.Select(_ => (Value)0f)];
        OpCard card = Catalogue.Find($"Apply{name}")!;
        Value[] first = UpdateRunner.Run(card, states, UpdateCardTests.Arguments(formula, DType.Float32, 1e20f));
        Assert.Equal(2f, first[0].Scalar<float>());
        Assert.Contains(first, state => float.IsPositiveInfinity(state.Scalar<float>()));
        Value[] second = UpdateRunner.Run(card, first, UpdateCardTests.Arguments(formula, DType.Float32, 1f));
        Assert.True(float.IsNaN(second[0].Scalar<float>()));
    }

    [Theory]
    [InlineData("Adagrad", 1)]
    [InlineData("Adadelta", 1)]
    public void HugeGradient_FreezesTheElementForGood(string name, int slot)
    {
        UpdateFormula formula = UpdateFormula.All[name];
        Value[] states = [2f, .. formula.Slots.Select(start => (Value)(float)start)];
        OpCard card = Catalogue.Find($"Apply{name}")!;
        Value[] first = UpdateRunner.Run(card, states, UpdateCardTests.Arguments(formula, DType.Float32, 1e20f));
        Value[] later = UpdateRunner.Run(card, first, UpdateCardTests.Arguments(formula, DType.Float32, 1f), steps: 3);
        Assert.Equal(2f, later[0].Scalar<float>());
        Assert.True(float.IsPositiveInfinity(later[slot].Scalar<float>()));
    }

    [Fact]
    public void HugeGradient_LeavesFtrlWithInfiniteSlots()
    {
        UpdateFormula formula = UpdateFormula.All["Ftrl"];
        Value[] after = UpdateRunner.Run(Cards.ApplyFtrl, [2f, 0.1f, 0f], UpdateCardTests.Arguments(formula, DType.Float32, 1e20f));
        Assert.True(float.IsPositiveInfinity(after[1].Scalar<float>()));
        Assert.False(float.IsFinite(after[2].Scalar<float>()));
    }

    [Fact]
    public void CenteredRMSProp_RootOfANegativeVarianceIsNan()
    {
        UpdateFormula formula = UpdateFormula.All["CenteredRMSProp"];
        Value[] after = UpdateRunner.Run(Cards.ApplyCenteredRMSProp, [2f, 10f, 1f, 0f], UpdateCardTests.Arguments(formula, DType.Float32, 1f));
        Assert.True(float.IsNaN(after[0].Scalar<float>()));
    }

    [Fact]
    public void Adagrad_EmptyAccumulatorAndNoGradientIsNan()
    {
        Value[] after = UpdateRunner.Run(Cards.ApplyAdagrad, [2f, 0f], [0.5f, 0f]);
        Assert.True(float.IsNaN(after[0].Scalar<float>()));
    }

    [Fact]
    public void Adam_EpsilonVanishesInFloat16()
    {
        Value[] arguments = [.. new[] { 0.9f, 0.999f, 0.001f, 0.9f, 0.999f, 1e-8f, 0f }.Select(x => (Value)(Half)x)];
        Value[] after = UpdateRunner.Run(Cards.ApplyAdam, [(Half)2, (Half)0, (Half)0], arguments);
        Assert.True(Half.IsNaN(after[0].Scalar<Half>()));
    }

    [Fact]
    public void Adam_PowerOfOneHasNoRate()
    {
        Value[] after = UpdateRunner.Run(Cards.ApplyAdam, [2f, 0f, 0f], [1f, 1f, 0.1f, 0.9f, 0.999f, 1e-8f, 1f]);
        Assert.True(float.IsNaN(after[0].Scalar<float>()));
    }

    private static (Graph, Variable[], Operation) Build(OpCard card, Shape gradient, Feeds? feeds = null)
    {
        var graph = new Graph { RecordsSource = false };
        var inputs = new List<Output>();
        var states = new List<Variable>();
        foreach (Port port in card.ParsedSignature.Inputs)
        {
            if (port.IsReference || port.Fixed == DType.Resource)
            {
                states.Add(UpdateRunner.Make(graph, card, UpdateRunner.As(DType.Float32, [.. Enumerable.Repeat(0.5, 6)], [2, 3]), $"state{states.Count}"));
                inputs.Add(states[^1].Handle);
            }
            else if (port.Name is "grad" or "delta")
            {
                Value value = UpdateRunner.As(DType.Float32, new double[gradient.ElementCount], gradient);
                inputs.Add(feeds is null ? graph.Constant(value) : graph.Placeholder(DType.Float32));
                feeds?.Add(inputs[^1], value);
            }
            else
            {
                inputs.Add(port.Name == "indices" ? graph.Constant(new[] { 1, 0 }) : graph.Constant(0.5f));
            }
        }

        return (graph, [.. states], graph.Add(card, null, [.. inputs]));
    }
}
