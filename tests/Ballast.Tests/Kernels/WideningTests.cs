using Ballast.Kernels;
using Ballast.Tensors;

namespace Ballast.Tests.Kernels;

public sealed class WideningTests
{
    [Fact]
    public void Float16_EveryNumberComesBack()
    {
        Half[] all = [.. Enumerable.Range(0, 65536).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits))];
        float[] wide = new float[all.Length];
        Half[] back = new Half[all.Length];
        Widening.Widen<Half>(all, wide);
        Widening.Narrow<Half>(wide, back);
        for (int i = 0; i < all.Length; i++)
        {
            Assert.Equal((float)all[i], wide[i]);
            Assert.True(Half.IsNaN(all[i]) ? Half.IsNaN(back[i]) : BitConverter.HalfToUInt16Bits(back[i]) == i);
        }
    }

    [Fact]
    public void BFloat16_EveryNumberComesBack()
    {
        BFloat16[] all = [.. Enumerable.Range(0, 65536).Select(bits => BFloat16.FromBits((ushort)bits))];
        float[] wide = new float[all.Length];
        BFloat16[] back = new BFloat16[all.Length];
        Widening.Widen<BFloat16>(all, wide);
        Widening.Narrow<BFloat16>(wide, back);
        for (int i = 0; i < all.Length; i++)
        {
            Assert.Equal(BitConverter.UInt32BitsToSingle((uint)i << 16), wide[i]);
            Assert.True(BFloat16.IsNaN(all[i]) ? BFloat16.IsNaN(back[i]) : back[i].ToBits() == i);
        }
    }

    [Theory]
    [InlineData(2049f, 2048f)] // ties to even
    [InlineData(2051f, 2052f)]
    [InlineData(65519f, 65504f)]
    [InlineData(65520f, float.PositiveInfinity)]
    [InlineData(-1e30f, float.NegativeInfinity)]
    [InlineData(2.9e-8f, 0f)]
    public void Float16_IsRoundedToNearest(float value, float expected)
    {
        var narrow = new Half[9];
        float[] values = new float[9];
        Array.Fill(values, value);
        Widening.Narrow<Half>(values, narrow);
        Assert.All(narrow, half => Assert.Equal(expected, (float)half));
    }

    [Theory]
    [InlineData(257f, 256f)] // ties to even
    [InlineData(259f, 260f)]
    [InlineData(float.MaxValue, float.PositiveInfinity)]
    public void BFloat16_IsRoundedToNearest(float value, float expected)
    {
        var narrow = new BFloat16[1];
        Widening.Narrow<BFloat16>([value], narrow);
        Assert.Equal(expected, (float)narrow[0]);
    }

    [Fact]
    public void OtherTypes_AreRefused()
    {
        Assert.Throws<NotSupportedException>(() => Widening.Widen<int>([1], new float[1]));
        Assert.Throws<NotSupportedException>(() => Widening.Narrow<int>([1], new int[1]));
    }
}
