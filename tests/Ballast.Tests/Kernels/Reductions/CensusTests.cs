using Ballast.Kernels.Elementwise;
using Ballast.Kernels.Reductions;
using Ballast.Tensors;
using Ballast.Tests.Kernels.Elementwise;

namespace Ballast.Tests.Kernels.Reductions;

public sealed class CensusTests
{
    [Fact]
    public void EveryKind_IsCounted()
    {
        foreach (int length in (int[])[.. Judge.Lengths, (2 * Chunk.PartLength) + 3])
        {
            float[] x = Judge.Floats(length, length);
            Check(x, Census.Of(DType.Float32, x.Bytes()));
            Check(x, Census.Of(DType.Float64, ((double[])[.. x.Select(v => (double)v)]).Bytes()));
            Half[] half = [.. x.Select(v => (Half)v)];
            Check([.. half.Select(v => (float)v)], Census.Of(DType.Float16, half.Bytes()));
            BFloat16[] upper = [.. x.Select(v => (BFloat16)v)];
            Check([.. upper.Select(v => (float)v)], Census.Of(DType.BFloat16, upper.Bytes()));
        }
    }

    [Fact]
    public void Integers_AreRefused() => Assert.Throws<NotSupportedException>(() => Census.Of(DType.Int32, new byte[4]));

    private static void Check(float[] x, Census census)
    {
        Assert.Equal(x.Count(float.IsNaN), census.NanCount);
        Assert.Equal(x.Count(float.IsPositiveInfinity), census.PositiveInfinityCount);
        Assert.Equal(x.Count(float.IsNegativeInfinity), census.NegativeInfinityCount);
        Assert.Equal(x.Where(float.IsFinite).Select(v => (double)v).DefaultIfEmpty(double.PositiveInfinity).Min(), census.Min);
        Assert.Equal(x.Where(float.IsFinite).Select(v => (double)v).DefaultIfEmpty(double.NegativeInfinity).Max(), census.Max);
    }
}
