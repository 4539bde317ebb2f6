using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using Ballast.Training.Optimizers;

namespace Ballast.Tests.Training.Optimizers;

/// <summary>
/// Worked numbers of TF 1.14's formulas in float32, from θ = [2, -1] and a constant gradient [0.5, -4] unless said otherwise.
/// The order of roundings inside the kernels is not pinned, and 1 - 0.999 alone is off by 1.3e-5 in float32: hence the tolerance.
/// </summary>
public sealed class DocumentedVectorsTests
{
    private const float Tolerance = 2e-5f;
    private static readonly float[] Start = [2, -1];
    private static readonly float[] Constant = [0.5f, -4];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GradientDescent_OneStep(bool isResource)
    {
        using var run = new Training(new GradientDescent(0.25), Start, isResource);
        AssertNear([1.875f, 0], run.Step(Constant));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Momentum_ThreeSteps(bool isResource)
    {
        using var run = new Training(new Momentum(0.1, 0.8), Start, isResource);
        AssertNear([1.738f, 1.096f], run.Steps(Constant, 3));
        AssertNear([1.22f, -9.76f], run.Slot("momentum"));
    }

    [Fact]
    public void Nesterov_ThreeSteps()
    {
        using var run = new Training(new Momentum(0.1, 0.8, useNesterov: true), Start);
        AssertNear([1.6404f, 1.8768f], run.Steps(Constant, 3));
        AssertNear([1.22f, -9.76f], run.Slot("momentum"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Adam_ThreeSteps(bool isResource)
    {
        var adam = new Adam(0.01);
        using var run = new Training(adam, Start, isResource);
        AssertNear([1.99f, -0.99f], run.Step(Constant));
        AssertNear([0.05f, -0.4f], run.Slot("m"));
        AssertNear([0.00025f, 0.016f], run.Slot("v"));
        AssertNear([0.81f], run.Own("beta1_power"));
        AssertNear([0.998001f], run.Own("beta2_power"));

        AssertNear([1.98f, -0.98f], run.Step(Constant));
        AssertNear([0.095f, -0.76f], run.Slot("m"));
        AssertNear([0.00049974f, 0.0319836f], run.Slot("v"));

        AssertNear([1.97f, -0.97f], run.Step(Constant));
        AssertNear([0.1355f, -1.084f], run.Slot("m"));
        AssertNear([0.00074924f, 0.0479514f], run.Slot("v"));
    }

    [Fact]
    public void Adam_MovesThoughTheGradientIsZero()
    {
        using var run = new Training(new Adam(0.01), [1]);
        AssertNear([0.99f], run.Step([1]));
        AssertNear([0.98329943f], run.Step([0]));
        AssertNear([0.9781199f], run.Step([0]));
    }

    [Fact]
    public void RMSProp_TwoSteps()
    {
        using var run = new Training(new RMSProp(0.1, decay: 0.9, momentum: 0.5), Start);
        AssertNear([1.9480125f, -0.7470178f], run.Step(Constant));
        AssertNear([0.925f, 2.5f], run.Slot("rms"));
        AssertNear([0.05198753f, -0.2529822f], run.Slot("momentum"));
        AssertNear([1.8680238f, -0.41666782f], run.Step(Constant));
        AssertNear([0.8575f, 3.85f], run.Slot("rms"));
        AssertNear([0.07998869f, -0.33034998f], run.Slot("momentum"));
    }

    [Fact]
    public void CenteredRMSProp_TwoSteps()
    {
        using var run = new Training(new RMSProp(0.1, decay: 0.9, momentum: 0.5, centered: true), Start);
        AssertNear([1.947942f, -0.7385118f], run.Step(Constant));
        AssertNear([0.05f, -0.4f], run.Slot("mg"));
        AssertNear([0.052057926f, -0.26148817f], run.Slot("momentum"));
        AssertNear([1.8676317f, -0.38664836f], run.Step(Constant));
        AssertNear([0.095f, -0.76f], run.Slot("mg"));
    }

    [Fact]
    public void Adagrad_TwoSteps()
    {
        using var run = new Training(new Adagrad(0.5), Start);
        AssertNear([1.5774229f, -0.5015552f], run.Step(Constant));
        AssertNear([0.35f, 16.1f], run.Slot("accumulator"));
        AssertNear([1.2546742f, -0.14855295f], run.Step(Constant));
        AssertNear([0.6f, 32.1f], run.Slot("accumulator"));
    }

    [Fact]
    public void Adadelta_TwoSteps()
    {
        using var run = new Training(new Adadelta(1, decay: 0.95, epsilon: 1e-6), Start);
        AssertNear([1.9955281f, -0.99552786f], run.Step(Constant));
        AssertNear([1.9909992f, -0.99099874f], run.Step(Constant));
    }

    [Fact]
    public void Ftrl_TwoSteps()
    {
        using var run = new Training(new Ftrl(0.5), Start);
        AssertNear([0.18562932f, -0.06974196f], run.Steps(Constant, 2));
        AssertNear([-0.28757572f, 0.7902721f], run.Slot("linear"));
        AssertNear([0.6f, 32.1f], run.Slot("accum"));
    }

    [Fact]
    public void Ftrl_StaysAtZeroInsideL1()
    {
        using var run = new Training(new Ftrl(0.5, new FtrlOptions { L1 = 0.5, L2 = 1 }), Start);
        AssertNear([0, 0], run.Steps(Constant, 2));
        AssertNear([-0.11319285f, 0.34650618f], run.Slot("linear"));
    }

    [Fact]
    public void Adam_IsPoisonedOneStepAfterAHugeGradient()
    {
        using var run = new Training(new Adam(0.01), [2]);
        Assert.Equal([2f], run.Step([1e20f]));
        Assert.Equal([float.PositiveInfinity], run.Slot("v"));
        Assert.Equal([float.NaN], run.Step([1]));
        Assert.Equal([float.NaN], run.Slot("v"));
    }

    [Fact]
    public void Adam_IsNanAtOnceAfterAnInfiniteGradient()
    {
        using var run = new Training(new Adam(0.01), [2]);
        Assert.Equal([float.NaN], run.Step([float.PositiveInfinity]));
        Assert.Equal([float.PositiveInfinity], run.Slot("m"));
        Assert.Equal([float.PositiveInfinity], run.Slot("v"));
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(Math.Abs(expected[i]), 0.05f),
                $"[{i}]: expected {expected[i]:R}, got {actual[i]:R}");
    }

    /// <summary>One variable under one optimizer, with a gradient that each step is fed.</summary>
    private sealed class Training : IDisposable
    {
        private readonly Optimizer _optimizer;
        private readonly Variable _variable;
        private readonly Output _gradient;
        private readonly Operation _train;
        private readonly Session _session;

        public Training(Optimizer optimizer, float[] start, bool isResource = false)
        {
            var graph = new Graph { RecordsSource = false };
            _optimizer = optimizer;
            _variable = isResource ? graph.ResourceVariable(start, "w") : graph.Variable(start, "w");
            _gradient = graph.Placeholder(DType.Float32, [start.Length]);
            _train = optimizer.ApplyGradients([(_gradient, _variable)]);
            _session = new Session(graph);
            _session.Initialize();
        }

        public float[] Step(float[] gradient) => Steps(gradient, 1);

        public float[] Steps(float[] gradient, int count)
        {
            for (int i = 0; i < count; i++) _session.Run(_train, new Feeds { [_gradient] = gradient });
            return _session.Read(_variable).ToArray<float>();
        }

        public float[] Slot(string slot) => _session.Read(_optimizer.GetSlot(_variable, slot)!).ToArray<float>();

        public float[] Own(string name) => _session.Read(_optimizer.Variables.Single(v => v.Name == name)).ToArray<float>();

        public void Dispose() => _session.Dispose();
    }
}
