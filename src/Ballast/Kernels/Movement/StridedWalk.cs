using System.Runtime.CompilerServices;
using Ballast.Tensors;

namespace Ballast.Kernels.Movement;

/// <summary>
/// How a copy walks through its source and its destination: for each dimension its size and how far either moves.
/// Strides may be negative (reversal) or, in the source, 0 (repetition).
/// </summary>
/// <remarks>Dimensions are added from the outermost on; those of size 1 vanish, and neighbours that form one run merge.</remarks>
internal struct StridedWalk
{
    /// <summary>Tiling walks through two dimensions for each one of its input.</summary>
    public const int MaxRank = 2 * Shape.MaxRank;

    [InlineArray(MaxRank)]
    private struct PerDimension
    {
        private int _first;
    }

    private PerDimension _sizes;
    private PerDimension _sourceStrides;
    private PerDimension _destinationStrides;

    /// <summary>A walk that starts at these elements.</summary>
    public StridedWalk(int source, int destination)
    {
        (Source, Destination, Length) = (source, destination, 1);
    }

    /// <summary>The first element that is read.</summary>
    public int Source { get; }

    /// <summary>The first element that is written.</summary>
    public int Destination { get; }

    /// <summary>How many elements are copied.</summary>
    public int Length { get; private set; }

    /// <summary>The dimensions that are left.</summary>
    public int Rank { get; private set; }

    /// <summary>The number of steps in a dimension.</summary>
    public readonly int Size(int dimension) => _sizes[dimension];

    /// <summary>How far one step moves in the source.</summary>
    public readonly int SourceStride(int dimension) => _sourceStrides[dimension];

    /// <summary>How far one step moves in the destination.</summary>
    public readonly int DestinationStride(int dimension) => _destinationStrides[dimension];

    /// <summary>Adds a dimension inside of those that are there.</summary>
    public void Add(int size, int sourceStride, int destinationStride)
    {
        Length = checked(Length * size);
        if (size == 1) return;
        int outer = Rank - 1;
        if (outer >= 0 && _sourceStrides[outer] == size * sourceStride && _destinationStrides[outer] == size * destinationStride)
            _sizes[outer] *= size;
        else
            _sizes[outer = Rank++] = size;
        (_sourceStrides[outer], _destinationStrides[outer]) = (sourceStride, destinationStride);
    }

    /// <summary>The way back: from the destination to the source.</summary>
    public readonly StridedWalk Reversed()
    {
        var walk = new StridedWalk(Destination, Source) { Length = Length, Rank = Rank };
        (walk._sizes, walk._sourceStrides, walk._destinationStrides) = (_sizes, _destinationStrides, _sourceStrides);
        return walk;
    }

    /// <summary>Whether it moves nothing: the destination is the source, element by element.</summary>
    public readonly bool IsIdentity => Source == Destination
        && (Rank == 0 || (Rank == 1 && _sourceStrides[0] == 1 && _destinationStrides[0] == 1));

    /// <summary>Makes a dimension the innermost but one; the order of a copy is free.</summary>
    public void MoveBeforeLast(int dimension)
    {
        for (int i = dimension; i < Rank - 2; i++)
        {
            (_sizes[i], _sizes[i + 1]) = (_sizes[i + 1], _sizes[i]);
            (_sourceStrides[i], _sourceStrides[i + 1]) = (_sourceStrides[i + 1], _sourceStrides[i]);
            (_destinationStrides[i], _destinationStrides[i + 1]) = (_destinationStrides[i + 1], _destinationStrides[i]);
        }
    }

    /// <summary>Goes to row <paramref name="row"/> of the outermost <paramref name="rank"/> dimensions.</summary>
    public readonly (int Source, int Destination) Seek(int row, int rank, Span<int> position)
    {
        (int source, int destination) = (Source, Destination);
        for (int i = rank - 1; i >= 0; i--)
        {
            (row, position[i]) = Math.DivRem(row, _sizes[i]);
            source += position[i] * _sourceStrides[i];
            destination += position[i] * _destinationStrides[i];
        }

        return (source, destination);
    }

    /// <summary>Goes to the next row of the outermost <paramref name="rank"/> dimensions.</summary>
    public readonly void Advance(int rank, Span<int> position, ref int source, ref int destination)
    {
        for (int i = rank - 1; i >= 0; i--)
        {
            source += _sourceStrides[i];
            destination += _destinationStrides[i];
            if (++position[i] < _sizes[i]) return;
            source -= _sizes[i] * _sourceStrides[i];
            destination -= _sizes[i] * _destinationStrides[i];
            position[i] = 0;
        }
    }

    /// <summary>Makes sure that every step stays inside both.</summary>
    /// <exception cref="ArgumentException">A step leaves the source or the destination.</exception>
    public readonly void Check(int sourceLength, int destinationLength)
    {
        if (Length == 0) return;
        (long firstRead, long lastRead, long firstWritten, long lastWritten) = (Source, Source, Destination, Destination);
        for (int i = 0; i < Rank; i++)
        {
            long read = (_sizes[i] - 1L) * _sourceStrides[i], written = (_sizes[i] - 1L) * _destinationStrides[i];
            if (read < 0) firstRead += read;
            else lastRead += read;
            if (written < 0) firstWritten += written;
            else lastWritten += written;
        }

        if (firstRead < 0 || lastRead >= sourceLength)
            throw new ArgumentException($"Expected to read inside {sourceLength} elements, got {firstRead} to {lastRead}.");
        if (firstWritten < 0 || lastWritten >= destinationLength)
            throw new ArgumentException($"Expected to write inside {destinationLength} elements, got {firstWritten} to {lastWritten}.");
    }
}
