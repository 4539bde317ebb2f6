using System.Buffers.Binary;
using System.IO.Compression;

namespace Ballast.Cli.Data;

/// <summary>The 10,000 handwritten digits of <c>data/digits</c>; its README states the format and the split.</summary>
internal sealed class Digits
{
    public const int Side = 28;
    public const int Pixels = Side * Side;
    public const int TrainCount = 8000;

    private static readonly Lazy<Digits> Shared = new(() =>
        Read(typeof(Digits).Assembly.GetManifestResourceStream("digits.bin")!));

    private readonly byte[] _labels;
    private readonly byte[] _pixels;

    private Digits(byte[] labels, byte[] pixels) => (_labels, _pixels) = (labels, pixels);

    /// <summary>Those that are embedded, read once.</summary>
    public static Digits Embedded => Shared.Value;

    public int Count => _labels.Length;

    /// <summary>The digit that an image shows, 0 to 9.</summary>
    public int Label(int image) => _labels[image];

    /// <summary>The grey levels of an image, row by row: 0 is background, 255 is ink.</summary>
    public ReadOnlySpan<byte> Image(int image) => _pixels.AsSpan(image * Pixels, Pixels);

    /// <exception cref="InvalidDataException">The stream holds something else, or not all of it.</exception>
    public static Digits Read(Stream stream)
    {
        Span<byte> magic = stackalloc byte[16];
        if (stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length
            || !magic.SequenceEqual("BALLAST DIGITS 1"u8))
            throw new InvalidDataException("Expected digits in the format BALLAST DIGITS 1, got something else.");

        try
        {
            using var body = new BrotliStream(stream, CompressionMode.Decompress);
            Span<byte> header = stackalloc byte[12];
            body.ReadExactly(header);
            int count = BinaryPrimitives.ReadInt32LittleEndian(header);
            int height = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
            int width = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
            if (count is < 0 or > 1_000_000 || height != Side || width != Side)
                throw new InvalidDataException($"Expected images of {Side} × {Side}, got {count} of {height} × {width}.");

            byte[] labels = new byte[count], pixels = new byte[count * Pixels];
            body.ReadExactly(labels);
            body.ReadExactly(pixels);
            if (labels.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)9))
                throw new InvalidDataException("Expected labels from 0 to 9, got a larger one.");
            return new Digits(labels, pixels);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidOperationException)
        {
            throw new InvalidDataException("The digits end too early or are damaged.", error);
        }
    }
}
