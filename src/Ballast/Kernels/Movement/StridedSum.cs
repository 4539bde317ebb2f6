using System.Numerics;

namespace Ballast.Kernels.Movement;

/// <summary>Adds elements to others of the same list along a walk, one after the other.</summary>
internal static class StridedSum
{
    /// <summary>Adds each element at a destination of the walk to the one at its source: the way back of a copy.</summary>
    /// <exception cref="ArgumentException">The walk leaves the list.</exception>
    public static void AddBack<T>(Span<T> elements, in StridedWalk walk) where T : unmanaged, IAdditionOperators<T, T, T>
    {
        walk.Check(elements.Length, elements.Length);
        if (walk.Length == 0) return;
        Span<int> position = stackalloc int[StridedWalk.MaxRank];
        (int to, int from) = walk.Seek(0, walk.Rank, position);
        for (int i = 0; i < walk.Length; i++)
        {
            elements[to] += elements[from];
            walk.Advance(walk.Rank, position, ref to, ref from);
        }
    }
}
