using Ballast.Kernels.Reductions;
using Ballast.Tensors;
using Ballast.Tests.Kernels.Elementwise;

namespace Ballast.Tests.Kernels.Reductions;

public sealed class ScanTests
{
    [Theory]
    [InlineData(false, false, new[] { 1f, 3, 6, 4, 9, 15 })]
    [InlineData(true, false, new[] { 0f, 1, 3, 0, 4, 9 })]
    [InlineData(false, true, new[] { 6f, 5, 3, 15, 11, 6 })]
    [InlineData(true, true, new[] { 5f, 3, 0, 11, 6, 0 })]
    public void Cumsum_RunsAlongTheAxis(bool exclusive, bool reverse, float[] expected)
    {
        var y = new float[6];
        Scan.Run(new Sum(), DType.Float32, ((float[])[1, 2, 3, 4, 5, 6]).Bytes(), [2, 3], -1, exclusive, reverse, y.Bytes());
        Assert.Equal(expected, y);
    }

    [Fact]
    public void OuterAxisAndProducts_Run()
    {
        var y = new int[6];
        Scan.Run(new Prod(), DType.Int32, ((int[])[1, 2, 3, 4, 5, 6]).Bytes(), [3, 2], 0, false, false, y.Bytes());
        Assert.Equal([1, 2, 3, 8, 15, 48], y);
        Scan.Run(new Prod(), DType.Int32, ((int[])[1, 2, 3, 4, 5, 6]).Bytes(), [3, 2], 0, true, true, y.Bytes());
        Assert.Equal([15, 24, 5, 6, 1, 1], y);
        Assert.Throws<ArgumentException>(() => Scan.Run(new Sum(), DType.Int32, [], [0], 1, false, false, []));
    }
}
