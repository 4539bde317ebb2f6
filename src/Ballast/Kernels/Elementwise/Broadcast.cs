using System.Runtime.CompilerServices;
using Ballast.Tensors;

namespace Ballast.Kernels.Elementwise;

/// <summary>
/// How two inputs walk along an output of their common shape: dimensions of size 1 are gone and neighbours
/// that both inputs walk alike are merged, so equal shapes become one dimension.
/// </summary>
internal readonly struct Broadcast
{
    [InlineArray(Shape.MaxRank)]
    private struct PerDimension
    {
        private int _first;
    }

    private readonly PerDimension _sizes;
    private readonly PerDimension _stridesOfX;
    private readonly PerDimension _stridesOfY;

    private Broadcast(in Shape x, in Shape y)
    {
        Length = 1;
        int rank = Math.Max(x.Rank, y.Rank);
        int ofX = 1, ofY = 1, merged = 0;
        bool xWasRepeated = false, yWasRepeated = false;
        for (int i = 1; i <= rank; i++)
        {
            int inX = i <= x.Rank ? x[^i] : 1;
            int inY = i <= y.Rank ? y[^i] : 1;
            if (inX != inY && inX != 1 && inY != 1)
                throw new ArgumentException($"Expected shapes that broadcast, got {x} and {y}.");
            int size = inX == 1 ? inY : inX;
            Length = checked(Length * size);
            if (size == 1) continue;

            bool xRepeats = inX == 1, yRepeats = inY == 1;
            if (merged > 0 && xRepeats == xWasRepeated && yRepeats == yWasRepeated)
            {
                _sizes[merged - 1] *= size;
            }
            else
            {
                _sizes[merged] = size;
                _stridesOfX[merged] = xRepeats ? 0 : ofX;
                _stridesOfY[merged] = yRepeats ? 0 : ofY;
                merged++;
            }

            (xWasRepeated, yWasRepeated) = (xRepeats, yRepeats);
            if (!xRepeats) ofX *= size;
            if (!yRepeats) ofY *= size;
        }

        Rank = merged;
    }

    /// <summary>The walk for two fully known shapes.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Broadcast Of(in Shape x, in Shape y) => new(x, y);

    /// <summary>The walk for inputs of equal shape, or where one of them has a single element.</summary>
    public static Broadcast Of(int lengthOfX, int lengthOfY) => new(Shape.Vector(lengthOfX), Shape.Vector(lengthOfY));

    /// <summary>The dimensions that are left; 0 where the output has a single element.</summary>
    public int Rank { get; }

    /// <summary>The number of output elements.</summary>
    public int Length { get; }

    /// <summary>The elements of the innermost dimension: what one inner loop covers.</summary>
    public int RowLength => Rank == 0 ? 1 : _sizes[0];

    /// <summary>1 where the first input walks along a row, 0 where it stands still.</summary>
    public int StepOfX => Rank == 0 ? 1 : _stridesOfX[0];

    /// <summary>1 where the second input walks along a row, 0 where it stands still.</summary>
    public int StepOfY => Rank == 0 ? 1 : _stridesOfY[0];

    /// <summary>Where the inputs stand at the start of a row.</summary>
    public (int X, int Y) RowStart(int row)
    {
        int x = 0, y = 0;
        for (int i = 1; i < Rank; i++)
        {
            (row, int index) = Math.DivRem(row, _sizes[i]);
            x += index * _stridesOfX[i];
            y += index * _stridesOfY[i];
        }

        return (x, y);
    }
}
