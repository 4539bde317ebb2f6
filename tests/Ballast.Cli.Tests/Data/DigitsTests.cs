using System.IO.Compression;
using System.Security.Cryptography;
using Ballast.Cli.Data;

namespace Ballast.Cli.Tests.Data;

public sealed class DigitsTests
{
    [Fact]
    public void Embedded_AreTenThousandOfTheKnownClasses()
    {
        Digits digits = Digits.Embedded;
        Assert.Equal(10_000, digits.Count);
        int[] counts = new int[10];
        for (int i = 0; i < digits.Count; i++) counts[digits.Label(i)]++;
        // Counted in the package's own files.
        Assert.Equal([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978], counts);
    }

    [Fact]
    public void Embedded_HoldTheFirstDigitOfThePackage()
    {
        // The first rows with ink of the package's first 0, from its json: .2 .624 .992 .624 .196 / .188 .933 .988 .988 .988 .929
        byte[] first = [51, 159, 253, 159, 50], second = [48, 238, 252, 252, 252, 237];
        Digits digits = Digits.Embedded;
        Assert.Single(Enumerable.Range(0, digits.Count), i => digits.Label(i) == 0
            && digits.Image(i).IndexOf(first) is > 0 and var at && digits.Image(i)[(at + 27)..].StartsWith(second));
    }

    [Fact]
    public void HeldOut_ShowsEveryDigitAndRepeatsNoTrainingImage()
    {
        Digits digits = Digits.Embedded;
        var seen = new HashSet<string>();
        var classes = new HashSet<int>();
        for (int i = 0; i < Digits.TrainCount; i++) seen.Add(Convert.ToHexString(SHA256.HashData(digits.Image(i))));
        for (int i = Digits.TrainCount; i < digits.Count; i++)
        {
            Assert.DoesNotContain(Convert.ToHexString(SHA256.HashData(digits.Image(i))), seen);
            classes.Add(digits.Label(i));
        }

        Assert.Equal(10, classes.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("BALLAST DIGITS 2 and more")]
    public void OtherStream_IsRefused(string text) =>
        Assert.Throws<InvalidDataException>(() => Digits.Read(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(text))));

    [Theory]
    [InlineData(2, 28, 28, 2, 2 * 784 - 1)]
    [InlineData(2, 27, 28, 2, 2 * 784)]
    [InlineData(-1, 28, 28, 0, 0)]
    public void DamagedBody_IsRefused(int count, int height, int width, int labels, int pixels) =>
        Assert.Throws<InvalidDataException>(() => Digits.Read(Packed(count, height, width, new byte[labels], new byte[pixels])));

    [Fact]
    public void LabelAboveNine_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => Digits.Read(Packed(1, 28, 28, [10], new byte[784])));

    private static MemoryStream Packed(int count, int height, int width, byte[] labels, byte[] pixels)
    {
        var stream = new MemoryStream();
        stream.Write("BALLAST DIGITS 1"u8);
        using (var compressed = new BrotliStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new BinaryWriter(compressed))
        {
            writer.Write(count);
            writer.Write(height);
            writer.Write(width);
            writer.Write(labels);
            writer.Write(pixels);
        }

        stream.Position = 0;
        return stream;
    }
}
