using Ballast.Kernels;
using Ballast.Kernels.Reductions;
using Ballast.Tensors;
using Ballast.Tests.Kernels.Elementwise;

namespace Ballast.Tests.Kernels.Reductions;

public sealed class ReduceLoopTests
{
    public static TheoryData<int[], int[]> Cases => new()
    {
        { [], [] },
        { [7], [0] },
        { [7], [] },
        { [3, 5], [0] },
        { [3, 5], [-1] },
        { [3, 5], [0, 1] },
        { [2, 3, 4], [1] },
        { [2, 3, 4], [0, 2] },
        { [1, 3, 1, 4], [0, 1] },
        { [2, 3, 2, 3, 2], [0, 2, 4] },
        { [2, 3, 2, 3, 2], [1, 3] },
        { [2, 2, 2, 2, 2, 2, 2, 2], [0, 3, 5] },
        { [40, 1100], [0] },
        { [40, 1100], [1] },
        { [9, 17, 1100], [1] },
        { [3, 70000], [1] },
        { [70000, 3], [0] },
        { [2, 400, 3, 70], [1, 3] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Float32_AgreesWithPlainLoops(int[] shape, int[] axes)
    {
        float[] x = Numbers(shape, seed: 11);
        Compare<Sum>(x, shape, axes, 0, (sum, v) => sum + v, (sum, _) => sum);
        Compare<Mean>(x, shape, axes, 0, (sum, v) => sum + v, (sum, n) => sum / n);
        Compare<Max>(x, shape, axes, double.NegativeInfinity, Math.Max, (sum, _) => sum);
        Compare<Min>(x, shape, axes, double.PositiveInfinity, Math.Min, (sum, _) => sum);
        Compare<L2Loss>(x, shape, axes, 0, (sum, v) => sum + (v * v), (sum, _) => sum / 2);
        for (int i = 0; i < x.Length; i++) x[i] = 1 + (x[i] / 100000);
        Compare<Prod>(x, shape, axes, 1, (sum, v) => sum * v, (sum, _) => sum);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Bits_DoNotDependOnTheThreads(int[] shape, int[] axes)
    {
        float[] x = Numbers(shape, seed: 12);
        int before = Workers.Count;
        try
        {
            Workers.Count = 1;
            float[] alone = Run<Sum, float>(DType.Float32, x, shape, axes);
            Workers.Count = 4;
            Assert.Equal(alone, Run<Sum, float>(DType.Float32, x, shape, axes));
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void NoElements_GiveTheIdentity()
    {
        int[] shape = [0, 2];
        Assert.Equal([0f, 0f], Run<Sum, float>(DType.Float32, [], shape, [0]));
        Assert.Equal([1f, 1f], Run<Prod, float>(DType.Float32, [], shape, [0]));
        Assert.Equal([float.NaN, float.NaN], Run<Mean, float>(DType.Float32, [], shape, [0]));
        Assert.Equal([float.NegativeInfinity, float.NegativeInfinity], Run<Max, float>(DType.Float32, [], shape, [0]));
        Assert.Equal([float.PositiveInfinity, float.PositiveInfinity], Run<Min, float>(DType.Float32, [], shape, [0]));
        Assert.Equal([int.MinValue, int.MinValue], Run<Max, int>(DType.Int32, [], shape, [0]));
        Assert.Equal([true, true], Run<All, bool>(DType.Bool, [], shape, [0]));
        Assert.Equal([false, false], Run<Any, bool>(DType.Bool, [], shape, [0]));
        Assert.Empty(Run<Sum, float>(DType.Float32, [], shape, [1]));
    }

    [Fact]
    public void Nan_Propagates()
    {
        foreach (int length in Judge.Lengths.Where(n => n > 0))
        {
            float[] x = Numbers([length], length);
            x[new Random(length).Next(length)] = float.NaN;
            Assert.True(float.IsNaN(Run<Max, float>(DType.Float32, x, [length], [0])[0]));
            Assert.True(float.IsNaN(Run<Min, float>(DType.Float32, x, [length], [0])[0]));
            Assert.True(float.IsNaN(Run<Sum, float>(DType.Float32, x, [length], [0])[0]));
        }
    }

    [Fact]
    public void AllAndAny_AskEveryElement()
    {
        bool[] x = [true, true, false, false, true, false];
        Assert.Equal([true, false, false], Run<All, bool>(DType.Bool, [true, true, false, false, true, false], [3, 2], [1]));
        Assert.Equal([true, false, true], Run<Any, bool>(DType.Bool, x, [3, 2], [1]));
    }

    [Fact]
    public void Integers_WrapAround()
    {
        Assert.Equal([int.MinValue + 1], Run<Sum, int>(DType.Int32, [int.MaxValue, 2], [2], [0]));
        Assert.Equal([-4], Run<Mean, int>(DType.Int32, [-9, -3, -1, -3], [4], [0]));
        Assert.Equal([(byte)200], Run<Max, byte>(DType.UInt8, [3, 200, 7], [3], [0]));
        Assert.Equal([ulong.MaxValue], Run<Max, ulong>(DType.UInt64, [3, ulong.MaxValue, 7], [3], [0]));
    }

    [Fact]
    public void SixteenBits_AccumulateWide()
    {
        // In float16 itself the sum would stop at 2048, in bfloat16 at 256.
        Half[] halves = [.. Enumerable.Repeat((Half)1, 5000)];
        Assert.Equal([(Half)5000], Run<Sum, Half>(DType.Float16, halves, [5000], [0]));
        BFloat16[] upper = [.. Enumerable.Repeat((BFloat16)1f, 4096)];
        Assert.Equal([(BFloat16)4096f], Run<Sum, BFloat16>(DType.BFloat16, upper, [4096], [0]));
    }

    [Fact]
    public void WrongAxis_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Run<Sum, float>(DType.Float32, [1, 2], [2], [1]));

    internal static TElement[] Run<TOp, TElement>(DType dtype, TElement[] x, int[] dimensions, int[] axes)
        where TOp : struct, IReducer where TElement : unmanaged
    {
        var shape = new Shape(dimensions);
        int outputs = 1;
        for (int i = 0; i < dimensions.Length; i++)
            if (!axes.Contains(i) && !axes.Contains(i - dimensions.Length)) outputs *= dimensions[i];
        var y = new TElement[outputs];
        ReduceLoop.Run<TOp>(default, dtype, x.Bytes(), shape, axes, y.Bytes());
        return y;
    }

    private static float[] Numbers(int[] shape, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)((random.NextDouble() * 200) - 90))];
    }

    private static void Compare<TOp>(
        float[] x, int[] shape, int[] axes, double start, Func<double, double, double> take, Func<double, int, double> finish)
        where TOp : struct, IReducer
    {
        float[] actual = Run<TOp, float>(DType.Float32, x, shape, axes);
        var expected = new double[actual.Length];
        var counts = new int[actual.Length];
        Array.Fill(expected, start);
        for (int i = 0; i < x.Length; i++)
        {
            int rest = i, output = 0, stride = 1;
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                (rest, int position) = Math.DivRem(rest, shape[d]);
                if (axes.Contains(d) || axes.Contains(d - shape.Length)) continue;
                output += position * stride;
                stride *= shape[d];
            }

            expected[output] = take(expected[output], x[i]);
            counts[output]++;
        }

        for (int i = 0; i < actual.Length; i++)
            Judge.Near(finish(expected[i], counts[i]), actual[i], 0.51, $"{typeof(TOp).Name} {i}");
    }
}
