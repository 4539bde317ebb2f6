using Ballast.Kernels.Reductions;
using Ballast.Tensors;
using Ballast.Tests.Kernels.Elementwise;

namespace Ballast.Tests.Kernels.Reductions;

public sealed class ArgLoopTests
{
    [Fact]
    public void Positions_AreOfTheFirstExtreme()
    {
        float[] x = [1, 7, 7, float.NaN, -2, 3];
        Assert.Equal([1, 2], Run(false, x, [2, 3], 1));
        Assert.Equal([0, 1], Run(true, x, [2, 3], 1));
        Assert.Equal([0, 0, 0], Run(false, x, [2, 3], 0));
        Assert.Equal([0, 1, 1], Run(true, x, [2, 3], -2));
    }

    [Fact]
    public void NanNeverWins()
    {
        Assert.Equal([0], Run(false, [float.NaN, float.NaN], [2], 0));
        Assert.Equal([1], Run(false, [float.NaN, -5], [2], 0));
        Assert.Equal([0], Run(false, [float.PositiveInfinity, 1], [2], 0));
        Assert.Equal([1], Run(true, [float.PositiveInfinity, float.NegativeInfinity], [2], 0));
    }

    [Fact]
    public void EmptyAxis_IsRefused() => Assert.Throws<ArgumentException>(() => Run(false, [], [2, 0], 1));

    private static long[] Run(bool smallest, float[] x, int[] shape, int axis)
    {
        var y = new long[shape.Where((_, d) => d != (axis + shape.Length) % shape.Length).Aggregate(1, (a, b) => a * b)];
        ArgLoop.Run(smallest, DType.Float32, x.Bytes(), new Shape(shape), axis, y);
        return y;
    }
}
