namespace Ballast.Testing;

/// <summary>Measures what a repeated action allocates once it is warm.</summary>
public static class SteadyState
{
    private const int Rounds = 20;

    /// <summary>
    /// The bytes that the best of several rounds took on this thread. The best, because compilation in tiers and a lock that
    /// another test holds may allocate in any one round, and an action that allocates does so in all.
    /// </summary>
    public static long AllocatedBytes(Action action)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
