using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Tests.Kernels.Elementwise;

public sealed class SelectionTests
{
    [Fact]
    public void Conditions_GovernElementsRowsOrAll()
    {
        var z = new float[4];
        Selection.Run<float>([true, false, false, true], [1, 2, 3, 4], [-1, float.NaN, -3, float.NaN], z);
        Assert.Equal([1, float.NaN, -3, 4], z);
        Selection.Run<float>([true, false], [1, 2, 3, 4], [-1, -2, -3, -4], z);
        Assert.Equal([1, 2, -3, -4], z);
        Selection.Run<float>([false], [1, 2, 3, 4], [-1, -2, -3, -4], z);
        Assert.Equal([-1, -2, -3, -4], z);
        Assert.Throws<ArgumentException>(() => Selection.Run<float>([true, true, true], new float[4], new float[4], new float[4]));
    }

    [Fact]
    public void ClipByValue_TakesBoundsThatRepeatOrRun()
    {
        foreach (int length in Judge.Lengths)
        {
            float[] x = Judge.Floats(length, length), y = new float[length];
            float[] lower = [.. Enumerable.Range(0, length).Select(i => -(i % 3f))], upper = [.. lower.Select(v => v + 2)];
            TernaryLoop.Run<ClipByValue, float>(new(), x, lower, upper, y);
            Assert.Equal(x.Zip(lower, upper).Select(t => float.IsNaN(t.First) ? t.First : Math.Clamp(t.First, t.Second, t.Third)), y);
            Half[] h = [.. x.Select(v => (Half)v)], clipped = new Half[length];
            TernaryLoop.Run<ClipByValue, Half>(new(), h, [(Half)(-1)], [(Half)1], clipped);
            Assert.Equal(h.Select(v => Half.IsNaN(v) ? v : Half.Clamp(v, (Half)(-1), (Half)1)), clipped);
        }
    }

    [Fact]
    public void ClipByValue_FollowsTensorFlowWhereBoundsAreOdd()
    {
        Assert.Equal([6, 6, 6], Clip([1, 5, 9], 6, 3));
        Assert.Equal([2, 2.5f], Clip([2, 3], float.NaN, 2.5f));
        Assert.Equal([2, 3], Clip([2, 3], 1, float.NaN));
        var z = new int[3];
        TernaryLoop.Run(new ClipByValue(), DType.Int32, ((int[])[3, 9, 40]).Bytes(), ((int[])[5]).Bytes(), ((int[])[8]).Bytes(), z.Bytes());
        Assert.Equal([5, 8, 8], z);
    }

    private static float[] Clip(float[] x, float lower, float upper)
    {
        var y = new float[x.Length];
        TernaryLoop.Run<ClipByValue, float>(new(), x, [lower], [upper], y);
        return y;
    }
}
