namespace Ballast.Operations;

/// <summary>How one dimension is sliced: a range (<c>1..^1</c>), an index (<c>2</c>, <c>^1</c>), a new dimension or the ellipsis.</summary>
public readonly struct SliceIndex
{
    private readonly int _stepLessOne;

    private SliceIndex(SliceIndexKind kind, int? begin, int? end, int step)
    {
        (Kind, Begin, End, _stepLessOne) = (kind, begin, end, step - 1);
    }

    /// <summary>All dimensions that the indices before and behind leave; at most one.</summary>
    public static SliceIndex Ellipsis { get; } = new(SliceIndexKind.Ellipsis, null, null, 1);

    /// <summary>A new dimension of size 1.</summary>
    public static SliceIndex NewAxis { get; } = new(SliceIndexKind.NewAxis, null, null, 1);

    internal SliceIndexKind Kind { get; }

    /// <summary>The first element; null for the end where the walk starts by itself.</summary>
    internal int? Begin { get; }

    /// <summary>What is not reached any more; null to walk as far as there are elements.</summary>
    internal int? End { get; }

    internal int Step => _stepLessOne + 1;

    /// <summary>One index, negative from the end; the dimension vanishes.</summary>
    public static implicit operator SliceIndex(int index) => new(SliceIndexKind.Single, index, index + 1, 1);

    /// <summary>One index; the dimension vanishes.</summary>
    public static implicit operator SliceIndex(Index index) => index.IsFromEnd ? -index.Value : index.Value;

    /// <summary>A range of elements.</summary>
    public static implicit operator SliceIndex(Range range) => new(SliceIndexKind.Range, Start(range.Start), Stop(range.End), 1);

    /// <summary>Every <paramref name="step"/>-th element from <paramref name="begin"/> up to but without <paramref name="end"/>.</summary>
    /// <param name="begin">The first, negative from the end; null for the first (or, backwards, the last) there is.</param>
    /// <param name="end">What is not reached, negative from the end; null to walk as far as there are elements.</param>
    /// <param name="step">The distance, not 0; negative walks backwards.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is 0.</exception>
    public static SliceIndex Steps(int? begin, int? end, int step)
    {
        ArgumentOutOfRangeException.ThrowIfZero(step);
        return new(SliceIndexKind.Range, begin, end, step);
    }

    // ^0 is behind the last element, which a negative number cannot say; a huge one is brought there.
    private static int? Start(Index index) => index.IsFromEnd ? index.Value == 0 ? int.MaxValue : -index.Value
        : index.Value == 0 ? null : index.Value;

    private static int? Stop(Index index) => !index.IsFromEnd ? index.Value : index.Value == 0 ? null : -index.Value;
}

internal enum SliceIndexKind
{
    Range,
    Single,
    NewAxis,
    Ellipsis,
}
