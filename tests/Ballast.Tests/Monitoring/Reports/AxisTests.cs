using Ballast.Monitoring.Reports;

namespace Ballast.Tests.Monitoring.Reports;

public sealed class AxisTests
{
    [Theory]
    [InlineData(0, 1, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(0, 2.3, new[] { 0, 0.5, 1, 1.5, 2, 2.5 })]
    [InlineData(0, 4100, new double[] { 0, 1000, 2000, 3000, 4000, 5000 })]
    public void LinearTicks_AreRoundNumbersAroundTheValues(double minimum, double maximum, double[] expected)
    {
        Axis axis = Axis.Linear(minimum, maximum, 0, 100);
        Assert.Equal(expected.Length, axis.Ticks.Count);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], axis.Ticks[i], tolerance: 1e-12);
        Assert.Equal(0, axis[expected[0]], tolerance: 1e-9);
        Assert.Equal(100, axis[expected[^1]], tolerance: 1e-9);
    }

    [Theory]
    [InlineData(0.2, 30)]
    [InlineData(1e-300, 1e300)]
    [InlineData(5, 5)]
    [InlineData(1, 1)]
    public void LogarithmicTicks_AreFewAndHoldTheValues(double minimum, double maximum)
    {
        Axis axis = Axis.Logarithmic(minimum, maximum, 200, 0);
        Assert.InRange(axis.Ticks.Count, 2, 9);
        Assert.InRange(axis[minimum], -1e-9, 200 + 1e-9);
        Assert.InRange(axis[maximum], -1e-9, 200 + 1e-9);
    }

    [Fact]
    public void ConstantValues_StillHaveAnAxis() => Assert.True(double.IsFinite(Axis.Linear(3, 3, 0, 100)[3]));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.30000000000000004, "0.3")]
    [InlineData(1200, "1200")]
    [InlineData(2e20, "2e20")]
    [InlineData(0.00001, "1e-5")]
    public void Labels_AreShort(double value, string expected) => Assert.Equal(expected, Axis.Label(value));
}
