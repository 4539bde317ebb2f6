using Ballast.Kernels.Elementwise;

namespace Ballast.Kernels.Reductions;

/// <summary>Rows that are worked on one by one, cut into parts of about <see cref="Chunk.PartLength"/> elements.</summary>
internal readonly record struct RowCut(int Rows, int RowLength)
{
    private int RowsPerPart => Math.Max(1, Chunk.PartLength / Math.Max(RowLength, 1));

    /// <summary>How many parts there are.</summary>
    public int Parts => Rows == 0 ? 0 : ((Rows - 1) / RowsPerPart) + 1;

    /// <summary>The rows of one part.</summary>
    public RowRange RowsOf(int part) => new(part * RowsPerPart, Math.Min((part + 1) * RowsPerPart, Rows));
}

/// <summary>Consecutive rows.</summary>
internal readonly record struct RowRange(int Start, int End)
{
    public Enumerator GetEnumerator() => new(Start - 1, End);

    public struct Enumerator(int current, int end)
    {
        public int Current { get; private set; } = current;

        public bool MoveNext() => ++Current < end;
    }
}
