using Ballast.Cli.Data;

namespace Ballast.Cli.Tests.Data;

public sealed class DigitWorkloadTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, -1)]
    [InlineData(-3, 2)]
    public void MovedImage_IsTheImageElsewhere(int down, int right)
    {
        ReadOnlySpan<byte> image = Digits.Embedded.Image(7);
        float[] pixels = new float[Digits.Pixels];
        Array.Fill(pixels, float.NaN);
        DigitWorkload.Place(image, pixels, down, right);
        for (int row = 0; row < 28; row++)
            for (int column = 0; column < 28; column++)
            {
                (int fromRow, int fromColumn) = (row - down, column - right);
                bool inside = fromRow is >= 0 and < 28 && fromColumn is >= 0 and < 28;
                Assert.Equal(inside ? image[fromRow * 28 + fromColumn] / 255f : 0, pixels[row * 28 + column]);
            }
    }
}
