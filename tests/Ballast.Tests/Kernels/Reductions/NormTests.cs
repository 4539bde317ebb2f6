using Ballast.Kernels;
using Ballast.Kernels.Reductions;
using Ballast.Tensors;
using Ballast.Tests.Kernels.Elementwise;

namespace Ballast.Tests.Kernels.Reductions;

public sealed class NormTests
{
    // About 1e-14: each lane of a block adds up to 1024 squares in turn.
    private const double Ulps = 64;

    [Fact]
    public void Float32_AgreesWithPlainFloat64()
    {
        foreach (int length in (int[])[.. Judge.Lengths, Norm.BlockLength, Norm.BlockLength + 1, (3 * Norm.BlockLength) + 7])
        {
            var random = new Random(length);
            float[] x = [.. Enumerable.Range(0, length).Select(_ => (float)Math.ScaleB(random.NextDouble() - 0.5, random.Next(-100, 100)))];
            double expected = Math.Sqrt(x.Sum(v => (double)v * v));
            Judge.Near(expected, Norm.L2<float>(x), Ulps, $"{length} elements");
        }
    }

    [Theory]
    [InlineData(float.MaxValue)]
    [InlineData(1e20f)]
    [InlineData(3e-23f)]
    [InlineData(float.Epsilon)]
    public void Float32AtTheEdges_HasTheRightNorm(float size)
    {
        var x = new float[40000];
        Array.Fill(x, size);
        Judge.Near(200.0 * size, Norm.L2<float>(x), Ulps, "norm");
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(1e200)]
    [InlineData(1e-170)]
    [InlineData(1e-300)]
    [InlineData(4.9e-324)]
    public void Float64AtTheEdges_HasTheRightNorm(double size)
    {
        foreach (int length in (int[])[1, 4, 33, 10000, 160000])
        {
            var x = new double[length];
            Array.Fill(x, size);
            Judge.Near(Math.Sqrt(length) * size, Norm.L2<double>(x), Ulps, $"{length} of {size}");
        }
    }

    [Fact]
    public void Float64BlocksOfDifferentScale_AddUp()
    {
        var x = new double[3 * Norm.BlockLength];
        x[0] = 3e-200;
        x[Norm.BlockLength] = 4e200;
        x[2 * Norm.BlockLength] = 3e200;
        Judge.Near(5e200, Norm.L2<double>(x), 2, "norm");
        (x[Norm.BlockLength], x[2 * Norm.BlockLength]) = (4e-200, 0);
        Judge.Near(5e-200, Norm.L2<double>(x), 2, "norm");
        (x[0], x[Norm.BlockLength], x[2 * Norm.BlockLength]) = (3e149, 4e149, 1e-310);
        Judge.Near(5e149, Norm.L2<double>(x), 2, "norm");
    }

    [Fact]
    public void SixteenBits_HaveTheRightNorm()
    {
        Half[] halves = [(Half)300, (Half)400];
        Assert.Equal(500, Norm.L2<Half>(halves));
        BFloat16[] upper = [(BFloat16)1e38f, (BFloat16)1e38f];
        Judge.Near((float)upper[0] * Math.Sqrt(2), Norm.L2<BFloat16>(upper), 1, "norm");
        Half[] many = [.. Enumerable.Repeat((Half)65504, 3000)];
        Judge.Near(65504 * Math.Sqrt(3000), Norm.L2<Half>(many), Ulps, "norm");
    }

    [Fact]
    public void NonFiniteElement_DecidesTheNorm()
    {
        foreach (int length in Judge.Lengths.Where(n => n > 1).Append(Norm.BlockLength + 3))
        {
            var random = new Random(length);
            float[] x = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())];
            int at = random.Next(length);
            x[at] = float.NegativeInfinity;
            Assert.Equal(double.PositiveInfinity, Norm.L2<float>(x));
            Assert.Equal(double.PositiveInfinity, Norm.L2<double>([.. x.Select(v => (double)v)]));
            x[(at + 1) % length] = float.NaN;
            Assert.True(double.IsNaN(Norm.L2<float>(x)));
            Assert.True(double.IsNaN(Norm.L2<double>([.. x.Select(v => (double)v)])));
        }
    }

    [Fact]
    public void Bits_DoNotDependOnTheThreads()
    {
        var random = new Random(3);
        float[] x = [.. Enumerable.Range(0, (5 * Norm.BlockLength) + 11).Select(_ => random.NextSingle() - 0.5f)];
        int before = Workers.Count;
        try
        {
            Workers.Count = 1;
            double alone = Norm.L2<float>(x);
            Workers.Count = 4;
            Assert.Equal(alone, Norm.L2<float>(x));
        }
        finally
        {
            Workers.Count = before;
        }
    }
}
