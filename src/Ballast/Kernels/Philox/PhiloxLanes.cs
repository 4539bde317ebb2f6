using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Philox;

/// <summary>Draws of consecutive places, one in each 64-bit lane of a vector: the numbers of <see cref="PhiloxStream.Current"/>, sooner.</summary>
internal static unsafe class PhiloxLanes
{
    /// <summary>How many draws are made at once.</summary>
    public static int Count => Vector<ulong>.Count;

    /// <summary>Writes the numbers of so many draws, a multiple of <see cref="Count"/>, in the order of the stream.</summary>
    public static void Fill(PhiloxStream stream, uint* numbers, int draws)
    {
        var pairs = (ulong*)numbers;
        for (int i = 0; i < draws; i += Count, pairs += 2 * Count)
        {
            (Vector<ulong> first, Vector<ulong> second) = At(stream.Skip((ulong)i));
            for (int lane = 0; lane < Count; lane++) (pairs[2 * lane], pairs[(2 * lane) + 1]) = (first[lane], second[lane]);
        }
    }

    /// <summary>The first two numbers of each draw, the first of them below, and the last two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector<ulong> First, Vector<ulong> Second) At(in PhiloxStream stream)
    {
        Vector<ulong> low32 = Vector.Create((ulong)uint.MaxValue);
        Vector<ulong> low = Vector.Create(stream.Low) + Vector<ulong>.Indices;

        // A counter that wrapped is below its first; the comparison is then all ones, which is -1.
        Vector<ulong> high = Vector.Create(stream.High) - Vector.LessThan(low, Vector.Create(stream.Low));
        Vector<ulong> a = low & low32, b = low >>> 32, c = high & low32, d = high >>> 32;
        uint keyA = (uint)stream.Key, keyB = (uint)(stream.Key >> 32);
        for (int round = 0; round < PhiloxStream.Rounds; round++)
        {
            Vector<ulong> productA = a * PhiloxStream.MultiplierA, productB = c * PhiloxStream.MultiplierB;
            (a, b, c, d) = (
                (productB >>> 32) ^ b ^ Vector.Create((ulong)keyA), productB & low32,
                (productA >>> 32) ^ d ^ Vector.Create((ulong)keyB), productA & low32);
            unchecked
            {
                keyA += PhiloxStream.WeylA;
                keyB += PhiloxStream.WeylB;
            }
        }

        return (a | (b << 32), c | (d << 32));
    }
}
