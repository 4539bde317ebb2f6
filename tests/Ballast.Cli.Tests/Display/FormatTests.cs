using Ballast.Cli.Display;

namespace Ballast.Cli.Tests.Display;

public sealed class FormatTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.04123, "0.0412")]
    [InlineData(2.30259, "2.303")]
    [InlineData(28559.3, "28559")]
    [InlineData(1.23e20, "1.23e20")]
    [InlineData(0.00012, "1.2e-4")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Number_IsShort(double value, string expected) => Assert.Equal(expected, Format.Number(value));

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(41.7, "41 s")]
    [InlineData(185, "3 min 5 s")]
    [InlineData(7800, "2 h 10 min")]
    public void Time_HasAtMostTwoUnits(double seconds, string expected) =>
        Assert.Equal(expected, Format.Time(TimeSpan.FromSeconds(seconds)));
}
