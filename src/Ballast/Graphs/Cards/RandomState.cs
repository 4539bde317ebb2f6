namespace Ballast.Graphs;

/// <summary>The random stream of one operation in one session: a Philox key and the counter that moves on with every draw.</summary>
internal sealed class RandomState(ulong seed, ulong seed2)
{
    private readonly Lock _gate = new();
    private ulong _blocks;

    /// <summary>The key.</summary>
    public ulong Seed => seed;

    /// <summary>The upper half of the counter, which tells streams of one key apart.</summary>
    public ulong Seed2 => seed2;

    /// <summary>How many blocks of four 32-bit numbers have been drawn: the lower half of the counter.</summary>
    public ulong Blocks
    {
        get
        {
            lock (_gate) return _blocks;
        }

        set
        {
            lock (_gate) _blocks = value;
        }
    }

    /// <summary>Takes the next <paramref name="blocks"/> blocks.</summary>
    /// <returns>The counter of the first of them.</returns>
    public ulong Reserve(ulong blocks)
    {
        lock (_gate)
        {
            ulong first = _blocks;
            _blocks += blocks;
            return first;
        }
    }
}
