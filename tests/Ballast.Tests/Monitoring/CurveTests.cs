using Ballast.Monitoring;

namespace Ballast.Tests.Monitoring;

public sealed class CurveTests
{
    [Fact]
    public void FewSteps_AreKeptAsTheyAre()
    {
        var curve = new Curve(capacity: 4);
        curve.Add(2, 0.5);
        curve.Add(7, -1);
        Assert.Equal([new CurvePoint(2, 2, 1, 0.5, 0.5, 0.5), new CurvePoint(7, 7, 1, -1, -1, -1)], curve.Points);
        Assert.Equal(-1, curve.Last);
    }

    [Theory]
    [InlineData(4, 5)]
    [InlineData(8, 1000)]
    [InlineData(1024, 100_000)]
    public void ManySteps_AreMergedWithoutLosingASpikeOrTheMean(int capacity, int steps)
    {
        var curve = new Curve(capacity);
        double sum = 0;
        for (int step = 1; step <= steps; step++)
        {
            double value = step == steps / 3 ? 1e6 : Math.Sin(step);
            sum += value;
            curve.Add(step, value);
        }

        Assert.InRange(curve.Points.Count, 1, capacity);
        Assert.Equal(1, curve.Points[0].FirstStep);
        Assert.Equal(steps, curve.Points[^1].LastStep);
        for (int i = 1; i < curve.Points.Count; i++)
            Assert.Equal(curve.Points[i - 1].LastStep + 1, curve.Points[i].FirstStep);
        Assert.Equal(steps, curve.Points.Sum(p => p.Count));
        Assert.Equal(1e6, curve.Points.Max(p => p.Maximum));
        // The means are merged in another order than the plain sum: equal up to rounding.
        Assert.Equal(sum / steps, curve.Points.Sum(p => p.Mean * p.Count) / steps, tolerance: 1e-6 * Math.Abs(sum / steps));
    }

    [Fact]
    public void NonFiniteValues_AreNoPointsAndTheFirstIsRemembered()
    {
        var curve = new Curve();
        curve.Add(1, 3);
        curve.Add(2, double.NaN);
        curve.Add(3, double.PositiveInfinity);
        Assert.Single(curve.Points);
        Assert.Equal(2, curve.FirstNonFiniteStep);
        Assert.Equal(3, curve.Last);
    }

    [Fact]
    public void StepBehindTheLast_IsRefused()
    {
        var curve = new Curve();
        curve.Add(5, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => curve.Add(5, 1));
    }

    [Fact]
    public void RunCurves_KeepEachMeasurementByItself()
    {
        var curves = new RunCurves();
        curves.Observe(new StepRecord { Step = 1, Loss = 2, LearningRate = 0.1, Norm = 7, Metrics = [new("accuracy", 0.5)] });
        curves.Observe(new StepRecord { Step = 2, Loss = 1, LearningRate = 0.05, Norm = 6, ClippedNorm = 5 });
        Assert.Equal(1, curves.Loss.Last);
        Assert.Equal(2, curves.Norm.Points.Count);
        Assert.Single(curves.ClippedNorm.Points);
        Assert.Equal(0.05, curves.LearningRate.Last);
        Assert.Equal(0.5, curves.Metrics["accuracy"].Last);
    }
}
