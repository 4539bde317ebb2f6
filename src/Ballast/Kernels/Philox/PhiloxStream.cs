using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Philox;

/// <summary>Four random 32-bit numbers: what one counter value gives.</summary>
[InlineArray(4)]
internal struct Draw
{
    private uint _first;
}

/// <summary>
/// A counter-based random stream, Philox 4x32-10 (Salmon et al. 2011), as TensorFlow seeds and walks it: a pure function
/// of key and counter, so any place of the stream can be reached at once, by any thread.
/// </summary>
/// <param name="Key">The seed.</param>
/// <param name="Low">The lower half of the counter: the place in the stream.</param>
/// <param name="High">The upper half of the counter: the second seed, and what <paramref name="Low"/> carries over.</param>
internal readonly record struct PhiloxStream(ulong Key, ulong Low, ulong High)
{
    // The multipliers and the Weyl increments (golden ratio, √3 - 1) of the paper.
    internal const ulong MultiplierA = 0xD2511F53;
    internal const ulong MultiplierB = 0xCD9E8D57;
    internal const uint WeylA = 0x9E3779B9;
    internal const uint WeylB = 0xBB67AE85;
    internal const int Rounds = 10;

    /// <summary>The stream of a pair of seeds, at its start: TensorFlow's <c>PhiloxRandom(seed, seed2)</c>.</summary>
    public static PhiloxStream Seeded(ulong seed, ulong seed2) => new(seed, 0, seed2);

    /// <summary>The stream so many draws further on.</summary>
    public PhiloxStream Skip(ulong draws)
    {
        ulong low = unchecked(Low + draws);
        return this with { Low = low, High = unchecked(High + (low < draws ? 1UL : 0)) };
    }

    /// <summary>The draw at this place of the stream.</summary>
    public Draw Current()
    {
        uint a = (uint)Low, b = (uint)(Low >> 32), c = (uint)High, d = (uint)(High >> 32);
        uint keyA = (uint)Key, keyB = (uint)(Key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong productA = MultiplierA * a, productB = MultiplierB * c;
            (a, b, c, d) = ((uint)(productB >> 32) ^ b ^ keyA, (uint)productB, (uint)(productA >> 32) ^ d ^ keyB, (uint)productA);
            unchecked
            {
                keyA += WeylA;
                keyB += WeylB;
            }
        }

        Draw draw = default;
        (draw[0], draw[1], draw[2], draw[3]) = (a, b, c, d);
        return draw;
    }
}
