using System.Numerics;
using Ballast.Kernels.Pooling;
using Ballast.Kernels.Windows;
using Ballast.Tensors;

namespace Ballast.Tests.Kernels.Pooling;

public sealed class Pooling2DTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RandomShapes_AgreeWithPlainLoops_Float32(bool channelsFirst) => AgreesWithPlainLoops<float>(channelsFirst, 1e-5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RandomShapes_AgreeWithPlainLoops_Float64(bool channelsFirst) => AgreesWithPlainLoops<double>(channelsFirst, 1e-13);

    [Fact]
    public void ManyParts_AgreeWithPlainLoops()
    {
        var random = new Random(31);
        Check<float>(random, new(40, WindowAxis.Valid(24, 2, 2), WindowAxis.Valid(24, 2, 2), 33), 1e-5);
        Check<float>(random, new(7, WindowAxis.Same(23, 3, 2), WindowAxis.Same(25, 3, 2), 20, ChannelsFirst: true), 1e-5);
    }

    [Fact]
    public void Max_PassesNaNOver_AsTensorFlowOnACpu()
    {
        PoolingShape shape = new(1, WindowAxis.Valid(1, 1, 1), WindowAxis.Valid(8, 2, 2), 1);
        float[] y = new float[4];
        Pooling2D.Max<float>([float.NaN, -3, 2, float.NaN, float.NaN, float.NaN, float.NegativeInfinity, float.NegativeInfinity], y, shape);
        Assert.Equal([-3, 2, float.MinValue, float.MinValue], y);
    }

    [Fact]
    public void MaxGradient_GoesToTheFirstOfEqualsAndToNaNInTheFirstPlaceOnly()
    {
        PoolingShape shape = new(1, WindowAxis.Valid(1, 1, 1), WindowAxis.Valid(8, 2, 2), 1);
        float[] dx = new float[8];
        Pooling2D.MaxGradient<float>([5, 5, float.NaN, 9, 9, float.NaN, float.NegativeInfinity, float.NegativeInfinity], [1, 2, 3, 4], dx, shape);
        Assert.Equal([1, 0, 2, 0, 3, 0, 4, 0], dx);
    }

    [Fact]
    public void SpecialValues_MeetTheSameRulesInEveryLane()
    {
        var random = new Random(32);
        float[] specials = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 0f, float.Epsilon, float.MaxValue, float.MinValue, 1, 2];
        PoolingShape shape = new(2, WindowAxis.Same(5, 3, 2), WindowAxis.Same(5, 2, 1), 37);
        float[] x = [.. Enumerable.Range(0, (int)shape.InputLength).Select(_ => specials[random.Next(specials.Length)])];
        float[] dy = Numbers<float>(random, shape.OutputLength);
        float[] y = new float[dy.Length], dx = new float[x.Length], expectedDx = new float[x.Length];
        float[] expected = new float[dy.Length];
        Visit(shape, (output, inputs) =>
        {
            expected[output] = inputs.Aggregate(float.MinValue, (max, i) => max < x[i] ? x[i] : max);
            expectedDx[inputs.Aggregate((max, i) => x[max] < x[i] ? i : max)] += dy[output];
        });
        Pooling2D.Max<float>(x, y, shape);
        Pooling2D.MaxGradient<float>(x, dy, dx, shape);
        Assert.Equal(expected, y);
        Assert.Equal(expectedDx, dx);
    }

    [Fact]
    public void Average_CountsNoPadding()
    {
        PoolingShape shape = new(1, WindowAxis.Same(3, 2, 2), WindowAxis.Same(3, 2, 2), 1);
        float[] y = new float[4], dx = new float[9];
        Pooling2D.Average<float>([1, 2, 3, 4, 5, 6, 7, 8, 9], y, shape);
        Assert.Equal([3, 4.5f, 7.5f, 9], y);
        Pooling2D.AverageGradient<float>([4, 4, 4, 4], dx, shape);
        Assert.Equal([1, 1, 2, 1, 1, 2, 2, 2, 4], dx);
    }

    [Fact]
    public void Average_PropagatesNonFinite()
    {
        PoolingShape shape = new(1, WindowAxis.Valid(1, 1, 1), WindowAxis.Valid(6, 2, 2), 1);
        float[] y = new float[3];
        Pooling2D.Average<float>([float.NaN, 1, float.PositiveInfinity, 1, float.PositiveInfinity, float.NegativeInfinity], y, shape);
        Assert.Equal([float.NaN, float.PositiveInfinity, float.NaN], y);
    }

    [Fact]
    public void Float16_StartsFromItsOwnLeastNumberAndIsRoundedOnce()
    {
        PoolingShape shape = new(1, WindowAxis.Valid(1, 1, 1), WindowAxis.Valid(3, 3, 3), 1);
        Half[] y = new Half[1], dx = new Half[3];
        Pooling2D.Max<Half>([Half.NaN, Half.NegativeInfinity, Half.NaN], y, shape);
        Assert.Equal(Half.MinValue, y[0]);
        Pooling2D.Average<Half>([(Half)2048, (Half)1, (Half)1], y, shape);
        Assert.Equal((Half)(2050f / 3), y[0]);
        Pooling2D.MaxGradient<Half>([(Half)1, (Half)3, (Half)3], [(Half)7], dx, shape);
        Assert.Equal([(Half)0, (Half)7, (Half)0], dx);
    }

    [Fact]
    public void BFloat16_StartsFromItsOwnLeastNumber()
    {
        PoolingShape shape = new(1, WindowAxis.Valid(1, 1, 1), WindowAxis.Valid(2, 2, 2), 1);
        BFloat16[] y = new BFloat16[1], dx = new BFloat16[2];
        Pooling2D.Max<BFloat16>([BFloat16.NaN, BFloat16.NegativeInfinity], y, shape);
        Assert.Equal(-(float)BFloat16.MaxValue, (float)y[0]);
        Pooling2D.AverageGradient<BFloat16>([(BFloat16)3f], dx, shape);
        Assert.Equal([1.5f, 1.5f], dx.Select(value => (float)value));
    }

    [Fact]
    public void Results_AreTheSameBitsOnAnyNumberOfThreads()
    {
        var random = new Random(33);
        PoolingShape shape = new(12, WindowAxis.Same(30, 3, 2), WindowAxis.Same(30, 3, 2), 24);
        float[] x = Numbers<float>(random, shape.InputLength), dy = Numbers<float>(random, shape.OutputLength);
        var results = new List<float[]>();
        foreach (int threads in (int[])[1, 3])
        {
            using var _ = new ThreadCount(threads);
            float[] max = new float[dy.Length], average = new float[dy.Length], dMax = new float[x.Length], dAverage = new float[x.Length];
            Pooling2D.Max<float>(x, max, shape);
            Pooling2D.Average<float>(x, average, shape);
            Pooling2D.MaxGradient<float>(x, dy, dMax, shape);
            Pooling2D.AverageGradient<float>(dy, dAverage, shape);
            results.Add([.. max, .. average, .. dMax, .. dAverage]);
        }

        Assert.Equal(results[0], results[1]);
    }

    [Fact]
    public void EmptyDimensions_GiveZerosOrNothing()
    {
        PoolingShape noImages = new(0, WindowAxis.Same(4, 2, 2), WindowAxis.Same(4, 2, 2), 3);
        Pooling2D.Max<float>([], [], noImages);
        Pooling2D.AverageGradient<float>([], [], noImages);
        PoolingShape noOutput = new(1, WindowAxis.Valid(1, 2, 1), WindowAxis.Valid(3, 2, 1), 1);
        float[] dx = [1, 2, 3];
        Pooling2D.MaxGradient<float>([1, 2, 3], [], dx, noOutput);
        Assert.Equal([0, 0, 0], dx);
    }

    [Fact]
    public void WrongLengthsAndTypes_AreRefused()
    {
        PoolingShape shape = new(1, WindowAxis.Valid(2, 2, 2), WindowAxis.Valid(2, 2, 2), 1);
        Assert.Throws<ArgumentException>(() => Pooling2D.Max<float>(new float[3], new float[1], shape));
        Assert.Throws<ArgumentException>(() => Pooling2D.Average<float>(new float[4], new float[2], shape));
        Assert.Throws<ArgumentException>(() => Pooling2D.MaxGradient<float>(new float[5], new float[1], new float[4], shape));
        Assert.Throws<ArgumentException>(() => Pooling2D.AverageGradient<float>(new float[1], new float[5], shape));
        Assert.Throws<NotSupportedException>(() => Pooling2D.Max<int>(new int[4], new int[1], shape));
    }

    private static void AgreesWithPlainLoops<T>(bool channelsFirst, double tolerance) where T : unmanaged, INumber<T>
    {
        var random = new Random(1998);
        for (int i = 0; i < 100; i++)
            Check<T>(random, new(random.Next(1, 4), Axis(random), Axis(random), random.Next(1, 40), channelsFirst), tolerance);
    }

    private static WindowAxis Axis(Random random)
    {
        int input = random.Next(1, 12), window = random.Next(1, 5), stride = random.Next(1, 4);
        return random.Next(2) == 0 || input < window ? WindowAxis.Same(input, window, stride) : WindowAxis.Valid(input, window, stride);
    }

    private static void Check<T>(Random random, in PoolingShape shape, double tolerance) where T : unmanaged, INumber<T>
    {
        T[] x = Numbers<T>(random, shape.InputLength), dy = Numbers<T>(random, shape.OutputLength);
        double[] max = new double[dy.Length], average = new double[dy.Length], dMax = new double[x.Length], dAverage = new double[x.Length];
        Visit(shape, (output, inputs) =>
        {
            int largest = inputs.MaxBy(i => x[i]);
            max[output] = double.CreateChecked(x[largest]);
            dMax[largest] += double.CreateChecked(dy[output]);
            average[output] = inputs.Average(i => double.CreateChecked(x[i]));
            foreach (int input in inputs) dAverage[input] += double.CreateChecked(dy[output]) / inputs.Count;
        });
        AssertClose(max, Result<T>(dy.Length, (y, s) => Pooling2D.Max<T>(x, y, s), shape), 0, $"max of {shape}");
        AssertClose(average, Result<T>(dy.Length, (y, s) => Pooling2D.Average<T>(x, y, s), shape), tolerance, $"average of {shape}");
        AssertClose(dMax, Result<T>(x.Length, (dx, s) => Pooling2D.MaxGradient<T>(x, dy, dx, s), shape), tolerance, $"gradient of max of {shape}");
        AssertClose(dAverage, Result<T>(x.Length, (dx, s) => Pooling2D.AverageGradient<T>(dy, dx, s), shape), tolerance, $"gradient of average of {shape}");
    }

    private static T[] Result<T>(int length, Action<T[], PoolingShape> pool, PoolingShape shape) where T : INumber<T>
    {
        T[] result = new T[length];
        Array.Fill(result, T.CreateChecked(77));
        pool(result, shape);
        return result;
    }

    private static void AssertClose<T>(double[] expected, T[] actual, double tolerance, string what) where T : INumber<T>
    {
        for (int i = 0; i < expected.Length; i++)
            if (!(Math.Abs(expected[i] - double.CreateChecked(actual[i])) <= tolerance))
                Assert.Fail($"{what}, element {i}: expected {expected[i]}, got {actual[i]}.");
    }

    /// <summary>The definition: every output with the inputs under its window, line by line.</summary>
    private static void Visit(in PoolingShape s, Action<int, List<int>> visit)
    {
        for (int n = 0; n < s.Batch; n++)
            for (int oh = 0; oh < s.Height.Output; oh++)
                for (int ow = 0; ow < s.Width.Output; ow++)
                    for (int c = 0; c < s.Channels; c++)
                    {
                        var inputs = new List<int>();
                        for (int kh = 0; kh < s.Height.Window; kh++)
                            for (int kw = 0; kw < s.Width.Window; kw++)
                            {
                                int ih = (oh * s.Height.Stride) + kh - s.Height.PadBefore, iw = (ow * s.Width.Stride) + kw - s.Width.PadBefore;
                                if (ih >= 0 && ih < s.Height.Input && iw >= 0 && iw < s.Width.Input)
                                    inputs.Add(Index(s, n, ih, iw, c, s.Height.Input, s.Width.Input));
                            }

                        visit(Index(s, n, oh, ow, c, s.Height.Output, s.Width.Output), inputs);
                    }
    }

    private static int Index(in PoolingShape s, int n, int h, int w, int c, int height, int width) => s.ChannelsFirst
        ? (((((n * s.Channels) + c) * height) + h) * width) + w
        : (((((n * height) + h) * width) + w) * s.Channels) + c;

    private static T[] Numbers<T>(Random random, long length) where T : INumber<T>
    {
        T[] numbers = new T[length];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = T.CreateChecked((random.NextDouble() * 2) - 1);
        return numbers;
    }
}
