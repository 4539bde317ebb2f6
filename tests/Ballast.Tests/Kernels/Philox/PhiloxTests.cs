using Ballast.Kernels;
using Ballast.Kernels.Philox;
using Ballast.Tensors;
using Ballast.Tests.Kernels.Elementwise;

namespace Ballast.Tests.Kernels.Philox;

public sealed class PhiloxTests
{
    // Random123, kat_vectors: philox4x32 10.
    [Theory]
    [InlineData(0, 0, 0, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x299f31d0a4093822, 0x85a308d3243f6a88, 0x0370734413198a2e, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void PublishedVectors_Agree(ulong key, ulong low, ulong high, uint a, uint b, uint c, uint d)
    {
        Draw draw = new PhiloxStream(key, low, high).Current();
        Assert.Equal([a, b, c, d], (uint[])[draw[0], draw[1], draw[2], draw[3]]);
    }

    [Fact]
    public void Skip_CarriesIntoTheUpperHalf()
    {
        PhiloxStream stream = new(1, ulong.MaxValue - 1, 7);
        Assert.Equal(new PhiloxStream(1, 1, 8), stream.Skip(3));
        Assert.Equal(stream.Skip(2).Skip(1), stream.Skip(3));
    }

    [Fact]
    public void Seeds_StandWhereTensorFlowPutsThem() =>
        Assert.Equal(new PhiloxStream(87654321, 0, 42), PhiloxStream.Seeded(87654321, 42));

    [Fact]
    public void Uniform_TakesTheLowestBits()
    {
        var stream = PhiloxStream.Seeded(5, 6);
        var y = new float[11];
        RandomFill.Uniform(stream, DType.Float32, y.Bytes());
        for (int i = 0; i < y.Length; i++)
        {
            uint bits = stream.Skip((ulong)(i / 4)).Current()[i % 4];
            Assert.Equal((float)((bits % 8388608) / 8388608.0), y[i]);
        }

        var wide = new double[3];
        RandomFill.Uniform(stream, DType.Float64, wide.Bytes());
        Draw draw = stream.Current();
        Assert.Equal((((ulong)(draw[2] % 1048576) << 32) + draw[3]) / 4503599627370496.0, wide[1]);

        var half = new Half[4];
        RandomFill.Uniform(stream, DType.Float16, half.Bytes());
        Assert.Equal((Half)((draw[3] % 1024) / 1024.0), half[3]);
        var upper = new BFloat16[4];
        RandomFill.Uniform(stream, DType.BFloat16, upper.Bytes());
        Assert.Equal((BFloat16)((draw[3] % 128) / 128f), upper[3]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(4095)]
    [InlineData(8195)]
    public void Singles_AgreeWithTheirNumbers(int length)
    {
        // The counter's lower half wraps within the first draws.
        var stream = new PhiloxStream(0x123456789ABCDEF0, ulong.MaxValue - 1, 41);
        float[] uniform = new float[length], normal = new float[length];
        RandomFill.Uniform(stream, DType.Float32, uniform.Bytes());
        RandomFill.Normal(stream, DType.Float32, normal.Bytes());
        for (int i = 0; i < length; i++)
        {
            Draw draw = stream.Skip((ulong)(i / 4)).Current();
            Assert.Equal((draw[i % 4] % 8388608) / 8388608f, uniform[i]);
            double u = Math.Max(draw[i % 4 / 2 * 2] % 8388608 / 8388608.0, 1e-7f);
            double angle = (float)(2 * Math.PI * (draw[(i % 4 / 2 * 2) + 1] % 8388608 / 8388608.0));
            double expected = (i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle)) * Math.Sqrt(-2 * Math.Log(u));
            Judge.Near(expected, normal[i], 3, $"normal {i}");
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Normal_HasTheMomentsOfItsDistribution(DType dtype)
    {
        double[] y = Drawn(RandomFill.Normal, dtype, 200_001);
        double mean = y.Average(), variance = y.Average(v => v * v);
        Assert.Equal(0, mean, 0.01);
        Assert.Equal(1, variance, 0.02);
        Assert.Equal(3, y.Average(v => v * v * v * v), 0.1);
        Assert.Equal(0.3173, y.Count(v => Math.Abs(v) > 1) / (double)y.Length, 0.005);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void TruncatedNormal_StaysBelowTwo(DType dtype)
    {
        double[] y = Drawn(RandomFill.TruncatedNormal, dtype, 100_001);
        Assert.All(y, v => Assert.True(Math.Abs(v) < 2));
        Assert.Equal(0, y.Average(), 0.01);

        // The variance of a standard normal number that is kept within ±2.
        Assert.Equal(0.7737, y.Average(v => v * v), 0.02);
    }

    [Fact]
    public void TruncatedNormal_DrawsAgainFromItsGroupsOwnPlace()
    {
        var stream = PhiloxStream.Seeded(3, 4);
        var y = new float[64];
        RandomFill.TruncatedNormal(stream, DType.Float32, y.Bytes());
        for (int group = 0; group < y.Length / 4; group++)
        {
            var reader = new PhiloxReader(stream.Skip((ulong)group * 256));
            var expected = new List<float>();
            while (expected.Count < 4)
            {
                double u = Math.Max(reader.Next() % 8388608 / 8388608.0, 1e-7), angle = 2 * Math.PI * (reader.Next() % 8388608 / 8388608.0);
                foreach (double v in (double[])[Math.Sin(angle) * Math.Sqrt(-2 * Math.Log(u)), Math.Cos(angle) * Math.Sqrt(-2 * Math.Log(u))])
                    if (Math.Abs(v) < 2) expected.Add((float)v);
            }

            for (int i = 0; i < 4; i++) Assert.Equal(expected[i], y[(group * 4) + i], 1e-5f);
        }
    }

    [Fact]
    public void Integers_CoverTheRange()
    {
        var stream = PhiloxStream.Seeded(1, 2);
        var y = new int[10_001];
        RandomFill.Integers(stream, -3, 4, y);
        Assert.Equal([-3, -2, -1, 0, 1, 2, 3], y.Distinct().Order());
        Assert.Equal(unchecked((int)(stream.Current()[1] % 7)) - 3, y[1]);
        var wide = new long[3];
        RandomFill.Integers(stream, long.MinValue, long.MaxValue, wide);
        Draw draw = stream.Current();
        Assert.Equal(unchecked(long.MinValue + (long)((((ulong)draw[3] << 32) + draw[2]) % ulong.MaxValue)), wide[1]);
        Assert.Throws<ArgumentException>(() => RandomFill.Integers(stream, 4, 4, new int[1]));
    }

    [Fact]
    public void Bits_DoNotDependOnTheThreads()
    {
        int before = Workers.Count;
        try
        {
            Workers.Count = 1;
            double[] alone = Drawn(RandomFill.Normal, DType.Float32, 30_003);
            Workers.Count = 4;
            Assert.Equal(alone, Drawn(RandomFill.Normal, DType.Float32, 30_003));
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void Permutation_HoldsEachNumberOnce()
    {
        foreach (int length in (int[])[0, 1, 2, 5, 100])
        {
            var order = new int[length];
            Shuffle.Permutation(PhiloxStream.Seeded(9, 9), order);
            Assert.Equal(Enumerable.Range(0, length), order.Order());
        }

        // From the front, each place takes one of those that remain.
        var stream = PhiloxStream.Seeded(9, 9);
        List<int> rest = [0, 1, 2, 3, 4];
        var drawn = new int[5];
        Shuffle.Permutation(stream, drawn);
        Assert.Equal((int)(stream.Current()[0] % 5), drawn[0]);
        Assert.NotEqual(rest, drawn);
    }

    private delegate void Fill(PhiloxStream stream, DType dtype, Span<byte> y);

    private static double[] Drawn(Fill fill, DType dtype, int count)
    {
        var stream = PhiloxStream.Seeded(2019, 114);
        if (dtype == DType.Float64)
        {
            var wide = new double[count];
            fill(stream, dtype, wide.Bytes());
            return wide;
        }

        var y = new float[count];
        fill(stream, dtype, y.Bytes());
        return [.. y.Select(v => (double)v)];
    }
}
