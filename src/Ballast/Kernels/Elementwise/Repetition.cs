namespace Ballast.Kernels.Elementwise;

/// <summary>Writes one element again and again.</summary>
internal static class Repetition
{
    /// <summary>Fills <paramref name="target"/> with the bytes of one element.</summary>
    /// <exception cref="ArgumentException">The target holds no whole number of elements.</exception>
    public static void Fill(ReadOnlySpan<byte> element, Span<byte> target)
    {
        if (target.Length % element.Length != 0)
            throw new ArgumentException($"Expected a multiple of {element.Length} bytes, got {target.Length}.", nameof(target));
        if (target.IsEmpty) return;
        if (element.IndexOfAnyExcept(element[0]) < 0)
        {
            target.Fill(element[0]);
            return;
        }

        // What is written already is copied behind itself, twice as much each time, while it is in the cache.
        element.CopyTo(target);
        for (int done = element.Length; done < target.Length;)
        {
            int count = Math.Min(Math.Min(done, 64 * 1024), target.Length - done);
            target[..count].CopyTo(target[done..]);
            done += count;
        }
    }
}
