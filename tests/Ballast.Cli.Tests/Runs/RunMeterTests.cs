using Ballast.Cli.Runs;
using Ballast.Guarding;
using Ballast.Monitoring;
using Ballast.Tensors;

namespace Ballast.Cli.Tests.Runs;

public sealed class RunMeterTests
{
    [Fact]
    public void SpeedAndTimeLeft_LeaveOutTheFirstStep()
    {
        var clock = new SteppingClock();
        var meter = new RunMeter(clock, steps: 10, DType.Float32);
        clock.Advance(seconds: 30);
        meter.Observe(Step(1));
        Assert.Null(meter.TimeLeft);
        clock.Advance(seconds: 2);
        meter.Observe(Step(2));
        Assert.Equal(0.5, meter.StepsPerSecond, tolerance: 1e-9);
        Assert.Equal(16, meter.TimeLeft!.Value.TotalSeconds, tolerance: 1e-6);
        Assert.Equal(32, meter.Elapsed.TotalSeconds, tolerance: 1e-6);
    }

    [Theory]
    [InlineData(DType.Float32, 1.0, 0.9999999, 0)]
    [InlineData(DType.Float32, 1.0, 0.999, 1)]
    [InlineData(DType.Float64, 1.0, 0.9999999, 1)]
    [InlineData(DType.Float16, 1.0, 0.999, 0)]
    [InlineData(DType.Float32, 1.0, null, 0)]
    public void Engaged_PassesOverTheRoundingOfTheDType(DType dtype, double norm, double? clipped, double expected)
    {
        var meter = new RunMeter(TimeProvider.System, 1, dtype);
        meter.Observe(Step(1) with { Norm = norm, ClippedNorm = clipped });
        Assert.Equal(expected, meter.Engaged);
    }

    [Fact]
    public void BadStep_CountsNeitherAsCommittedNorInTheLoss()
    {
        var meter = new RunMeter(TimeProvider.System, 5, DType.Float32);
        meter.Observe(Step(1) with { Loss = 2, Norm = 3 });
        meter.Observe(Step(2) with { Loss = double.NaN, Norm = double.PositiveInfinity, Verdict = Verdict.NonFiniteLoss, Action = StepAction.Halt });
        Assert.Equal(1, meter.Committed);
        Assert.Equal(2, meter.LastLoss);
        Assert.Equal(2, meter.SmoothLoss);
        Assert.Equal(3, meter.LargestNorm);
    }

    private static StepRecord Step(long step) => new() { Step = step, Loss = 1, LearningRate = 0.1 };

    private sealed class SteppingClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => 1000;

        public void Advance(int seconds) => _ticks += seconds * 1000L;

        public override long GetTimestamp() => _ticks;
    }
}
