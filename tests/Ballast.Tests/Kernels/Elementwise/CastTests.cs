using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Tests.Kernels.Elementwise;

public sealed class CastTests
{
    private static readonly DType[] All =
    [
        DType.Float32, DType.Float64, DType.Float16, DType.BFloat16, DType.Int32, DType.Int64, DType.Int16, DType.Int8,
        DType.UInt8, DType.UInt16, DType.UInt32, DType.UInt64, DType.Bool,
    ];

    [Fact]
    public void EveryPair_KeepsSmallNumbers()
    {
        var random = new Random(2);
        foreach (int length in Judge.Lengths)
        {
            float[] numbers = [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(0, 100))];
            foreach (DType from in All)
                foreach (DType to in All)
                {
                    float[] expected = from == DType.Bool || to == DType.Bool ? [.. numbers.Select(v => v == 0 ? 0f : 1f)] : numbers;
                    var x = new byte[length * from.Size()];
                    var y = new byte[length * to.Size()];
                    var back = new float[length];
                    Cast.Run(DType.Float32, numbers.Bytes(), from, x);
                    Cast.Run(from, x, to, y);
                    Cast.Run(to, y, DType.Float32, back.Bytes());
                    Assert.Equal(expected, back);
                }
        }
    }

    [Fact]
    public void FloatToInteger_LosesTheFractionAndStopsAtTheRange()
    {
        float[] x = [1.9f, -1.9f, 3e9f, -3e9f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.99f, -0.5f];
        foreach (int length in (int[])[1, 9])
            for (int i = 0; i < x.Length; i++)
            {
                float[] same = [.. Enumerable.Repeat(x[i], length)];
                var y = new int[length];
                Cast.Run(DType.Float32, same.Bytes(), DType.Int32, y.Bytes());
                int[] expected = [1, -1, int.MaxValue, int.MinValue, 0, int.MaxValue, int.MinValue, 0, 0];
                Assert.All(y, v => Assert.Equal(expected[i], v));
            }

        var bytes = new byte[2];
        Cast.Run(DType.Float32, ((float[])[300, -5]).Bytes(), DType.UInt8, bytes);
        Assert.Equal([255, 0], bytes);
    }

    [Fact]
    public void IntegerToSmallerInteger_WrapsAround()
    {
        var y = new sbyte[3];
        Cast.Run(DType.Int32, ((int[])[300, -129, 127]).Bytes(), DType.Int8, y.Bytes());
        Assert.Equal([44, 127, 127], y);
    }

    [Fact]
    public void NanIsTrue_ZeroIsFalse()
    {
        var y = new byte[4];
        Cast.Run(DType.Float32, ((float[])[float.NaN, -0f, 0.1f, 0]).Bytes(), DType.Bool, y);
        Assert.Equal([1, 0, 1, 0], y);
    }

    [Fact]
    public void Float64ToSixteenBits_RoundsToNearest()
    {
        var half = new Half[3];
        Cast.Run(DType.Float64, ((double[])[65519.999, 65520, double.NaN]).Bytes(), DType.Float16, half.Bytes());
        Assert.Equal([Half.MaxValue, Half.PositiveInfinity, Half.NaN], half);

        // Just above a tie of bfloat16, by less than float32 can tell.
        Assert.Equal(BFloat16.FromBits(0x3F81), (BFloat16)(1 + 0.00390625 + 1e-12));
        Assert.Equal(BFloat16.FromBits(0x3F80), (BFloat16)(1 + 0.00390625));
        Assert.Equal(BFloat16.FromBits(0x3F80), (BFloat16)(1 + 0.00390625 - 1e-12));
    }

    [Fact]
    public void Strings_AreRefused() =>
        Assert.Throws<NotSupportedException>(() => Cast.Run(DType.String, [], DType.Float32, []));
}
