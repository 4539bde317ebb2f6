using Ballast.Kernels.Elementwise;

namespace Ballast.Tests.Kernels.Elementwise;

public sealed class ErrorFunctionTests
{
    // 17 digits of mpmath 1.3 at 40 digits of working precision.
    [Theory]
    [InlineData(1e-8, 1.1283791670955126e-8, 0.99999998871620833)]
    [InlineData(0.1, 0.11246291601828489, 0.88753708398171511)]
    [InlineData(0.5, 0.52049987781304654, 0.47950012218695346)]
    [InlineData(0.75, 0.71115563365351513, 0.28884436634648487)]
    [InlineData(1, 0.84270079294971487, 0.15729920705028513)]
    [InlineData(1.5, 0.96610514647531073, 0.033894853524689273)]
    [InlineData(2, 0.99532226501895273, 0.0046777349810472658)]
    [InlineData(3, 0.99997790950300141, 2.2090496998585441e-5)]
    [InlineData(5, 0.99999999999846254, 1.5374597944280349e-12)]
    [InlineData(10, 1, 2.0884875837625448e-45)]
    [InlineData(26, 1, 5.6631924088561428e-296)]
    public void Float64_AgreesWithFortyDigits(double x, double erf, double erfc)
    {
        Judge.Near(erf, Run(new Erf(), x), 4, "erf");
        Judge.Near(-erf, Run(new Erf(), -x), 4, "erf");
        Judge.Near(erfc, Run(new Erfc(), x), 8, "erfc");
        Judge.Near(1 + erf, Run(new Erfc(), -x), 4, "erfc");
    }

    [Fact]
    public void SpecialNumbers_HaveTheirLimits()
    {
        Assert.Equal([0, 1, -1, double.NaN], [Run(new Erf(), 0), Run(new Erf(), double.PositiveInfinity), Run(new Erf(), double.NegativeInfinity), Run(new Erf(), double.NaN)]);
        Assert.Equal([1, 0, 2, double.NaN], [Run(new Erfc(), 0), Run(new Erfc(), double.PositiveInfinity), Run(new Erfc(), double.NegativeInfinity), Run(new Erfc(), double.NaN)]);
        Assert.True(double.IsNegative(Run(new Erf(), -0.0)));
    }

    [Fact]
    public void Float32_AgreesWithFloat64()
    {
        foreach (int length in Judge.Lengths)
        {
            float[] x = Judge.Floats(length, length, largest: 12), y = new float[length];
            UnaryLoop.Run<Erf, float>(new(), x, y);
            for (int i = 0; i < length; i++) Judge.Near(Run(new Erf(), x[i]), y[i], 0.51, $"erf({x[i]:R})");
            UnaryLoop.Run<Erfc, float>(new(), x, y);
            for (int i = 0; i < length; i++) Judge.Near(Run(new Erfc(), x[i]), y[i], 0.51, $"erfc({x[i]:R})");
        }
    }

    private static double Run<TOp>(TOp op, double x) where TOp : struct, IUnaryOperator
    {
        var y = new double[1];
        UnaryLoop.Run<TOp, double>(op, [x], y);
        return y[0];
    }
}
