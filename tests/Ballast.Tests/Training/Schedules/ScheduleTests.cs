using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using Ballast.Training.Schedules;

namespace Ballast.Tests.Training.Schedules;

/// <summary>Every schedule against its formula in float64, over steps before, at and past the end.</summary>
public sealed class ScheduleTests
{
    private static readonly long[] Steps = [0, 1, 7, 10, 13, 19, 20, 21, 35, 60, 1000];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ExponentialDecay_AgreesWithFormula(bool staircase) =>
        AssertAgrees((rate, step) => Schedule.ExponentialDecay(rate, step, 20, 0.96, staircase),
            s => 0.1 * Math.Pow(0.96, Periods(s, staircase)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NaturalExpDecay_AgreesWithFormula(bool staircase) =>
        AssertAgrees((rate, step) => Schedule.NaturalExpDecay(rate, step, 20, 0.3, staircase),
            s => 0.1 * Math.Exp(-0.3 * Periods(s, staircase)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void InverseTimeDecay_AgreesWithFormula(bool staircase) =>
        AssertAgrees((rate, step) => Schedule.InverseTimeDecay(rate, step, 20, 0.5, staircase),
            s => 0.1 / (1 + (0.5 * Periods(s, staircase))));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(0.5)]
    public void PolynomialDecay_StaysAtTheEnd(double power) =>
        AssertAgrees((rate, step) => Schedule.PolynomialDecay(rate, step, 20, 0.01, power),
            s => (0.09 * Math.Pow(1 - (Math.Min(s, 20) / 20.0), power)) + 0.01);

    [Fact]
    public void PolynomialDecay_Cycles() =>
        AssertAgrees((rate, step) => Schedule.PolynomialDecay(rate, step, 20, 0.01, 2, cycle: true),
            s => (0.09 * Math.Pow(1 - (s / (20.0 * (s == 0 ? 1 : Math.Ceiling(s / 20.0)))), 2)) + 0.01);

    [Fact]
    public void PiecewiseConstant_CountsItsBoundaryToTheLeft() =>
        AssertAgrees((_, step) => Schedule.PiecewiseConstant(step, [10, 20], [1, 0.5, 0.1]),
            s => s <= 10 ? 1 : s <= 20 ? 0.5 : 0.1);

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void CosineDecay_AgreesWithFormula(double alpha) =>
        AssertAgrees((rate, step) => Schedule.CosineDecay(rate, step, 20, alpha),
            s => 0.1 * (((1 - alpha) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(s, 20) / 20))) + alpha));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 0.5)]
    [InlineData(1.5, 0.8)]
    public void CosineDecayRestarts_WalksItsPeriods(double tMul, double mMul) =>
        AssertAgrees((rate, step) => Schedule.CosineDecayRestarts(rate, step, 8, tMul, mMul, 0.1), s =>
        {
            double start = 0, length = 8, amplitude = 1;
            while (s >= start + length)
            {
                start += length;
                length *= tMul;
                amplitude *= mMul;
            }

            return 0.1 * ((0.9 * 0.5 * amplitude * (1 + Math.Cos(Math.PI * (s - start) / length))) + 0.1);
        }, tolerance: 1e-4);

    [Fact]
    public void LinearCosineDecay_AgreesWithFormula() =>
        AssertAgrees((rate, step) => Schedule.LinearCosineDecay(rate, step, 20, 1.5, 0.1, 0.01), s => 0.1 * LinearCosine(s, 0));

    [Fact]
    public void NoisyLinearCosineDecay_IsTheLineWithoutNoise() =>
        AssertAgrees((rate, step) => Schedule.NoisyLinearCosineDecay(rate, step, 20,
            new NoisyDecayOptions { InitialVariance = 0, NumPeriods = 1.5, Alpha = 0.1, Beta = 0.01 }), s => 0.1 * LinearCosine(s, 0));

    [Fact]
    public void NoisyLinearCosineDecay_HasNoiseOfTheStatedVariance()
    {
        var graph = new Graph();
        Output rate = Schedule.NoisyLinearCosineDecay(1.0, graph.Constant(3L), 20, new NoisyDecayOptions { Seed = 4 });
        using var session = new Session(graph);
        double[] rates = [.. Enumerable.Range(0, 4000).Select(_ => (double)session.Run<float>(rate))];
        double cosine = 0.5 * (1 + Math.Cos(Math.PI * 3 / 20)), mean = (0.85 * cosine) + 0.001;
        double deviation = cosine / Math.Pow(4, 0.275);
        Assert.InRange(rates.Average(), mean - (5 * deviation / 63), mean + (5 * deviation / 63));
        Assert.InRange(Math.Sqrt(rates.Average(r => (r - mean) * (r - mean))), deviation * 0.94, deviation * 1.06);
    }

    [Fact]
    public void Schedule_ComputesInTheDtypeOfTheRate()
    {
        var graph = new Graph();
        Output step = graph.Constant(13L);
        Output rate = Schedule.ExponentialDecay(graph.Constant(0.1), step, 20, 0.96);
        Assert.Equal(DType.Float64, rate.DType);
        Assert.Equal("ExponentialDecay", rate.Operation.Name);
        using var session = new Session(graph);
        Assert.Equal(0.1 * Math.Pow(0.96, 0.65), session.Run<double>(rate), 1e-15);
    }

    [Fact]
    public void WrongArguments_AreRefused()
    {
        Output step = new Graph().Constant(0L);
        _ = Assert.Throws<ArgumentException>(() => Schedule.PiecewiseConstant(step, [10, 20], [1, 2]));
        _ = Assert.Throws<ArgumentException>(() => Schedule.PiecewiseConstant(step, [20, 10], [1, 2, 3]));
        _ = Assert.Throws<GraphException>(() => Schedule.PiecewiseConstant(step, [10.5], [1, 2]));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.CosineDecayRestarts(0.1, step, 10, tMul: 0));
    }

    private static double Periods(long step, bool staircase) => staircase ? Math.Floor(step / 20.0) : step / 20.0;

    private static double LinearCosine(long step, double noise)
    {
        double s = Math.Min(step, 20);
        return ((0.1 + ((20 - s) / 20) + noise) * 0.5 * (1 + Math.Cos(2 * Math.PI * 1.5 * s / 20))) + 0.01;
    }

    private static void AssertAgrees(Func<Operand, Output, Output> build, Func<long, double> formula, double tolerance = 1e-5)
    {
        var graph = new Graph();
        Output step = graph.Placeholder(DType.Int64, Shape.Scalar, "step");
        Output rate = build(0.1, step);
        using var session = new Session(graph);
        foreach (long s in Steps)
        {
            double expected = formula(s), actual = session.Run<float>(rate, new Feeds { [step] = s });
            Assert.True(Math.Abs(expected - actual) <= tolerance * (0.1 + Math.Abs(expected)), $"step {s}: expected {expected}, got {actual}");
        }
    }
}
