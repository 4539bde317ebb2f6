using System.Runtime.CompilerServices;
using Ballast.Tensors;

namespace Ballast.Kernels.Reductions;

/// <summary>
/// How a reduction walks along its input: dimensions of size 1 are gone, neighbours that are both kept or both
/// reduced are merged. What is left innermost is the row; the others are counted through.
/// </summary>
internal readonly struct ReductionWalk
{
    [InlineArray(Shape.MaxRank)]
    private struct PerDimension
    {
        private int _first;
    }

    private readonly PerDimension _sizes;
    private readonly PerDimension _strides;
    private readonly int _rank;

    // Merged dimensions alternate between kept and reduced, so one flag tells them all.
    private readonly bool _innermostIsReduced;

    /// <summary>The walk for a fully known shape.</summary>
    /// <param name="shape">The input's shape.</param>
    /// <param name="axes">The dimensions to reduce, in any order; negative ones count from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">An axis is not one of the shape.</exception>
    public ReductionWalk(in Shape shape, ReadOnlySpan<int> axes)
    {
        uint reduced = 0;
        foreach (int axis in axes)
        {
            if (axis < -shape.Rank || axis >= shape.Rank)
                throw new ArgumentOutOfRangeException(
                    nameof(axes), axis, $"Expected an axis from {-shape.Rank} to {shape.Rank - 1} for shape {shape}.");
            reduced |= 1u << (axis < 0 ? axis + shape.Rank : axis);
        }

        Count = (int)shape.ElementCount;
        ReducedCount = 1;
        int stride = 1;
        bool wasReduced = false;
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            int size = shape[i];
            bool isReduced = (reduced >> i & 1) != 0;
            if (isReduced) ReducedCount *= size;
            if (size == 1) continue;
            if (_rank > 0 && isReduced == wasReduced)
            {
                _sizes[_rank - 1] *= size;
            }
            else
            {
                if (_rank == 0) _innermostIsReduced = isReduced;
                _sizes[_rank] = size;
                _strides[_rank] = stride;
                _rank++;
            }

            wasReduced = isReduced;
            stride *= size;
        }
    }

    /// <summary>All elements of the input.</summary>
    public int Count { get; }

    /// <summary>The elements that fall on one output.</summary>
    public long ReducedCount { get; }

    /// <summary>Whether a row falls on one output; otherwise each of its elements falls on its own.</summary>
    public bool RowIsReduced => _innermostIsReduced;

    /// <summary>The elements of a row.</summary>
    public int RowLength => _rank == 0 ? 1 : _sizes[0];

    /// <summary>How many rows fall on the same outputs.</summary>
    public int RowsPerOutput => Rows(1 + (_innermostIsReduced ? 1 : 0));

    /// <summary>Whether the rows that fall on the same outputs, where each element falls on its own, lie one behind the other.</summary>
    public bool RowsFollow => !_innermostIsReduced && _rank <= 3;

    /// <summary>How many such groups of rows there are.</summary>
    public int OutputRows => Rows(2 - (_innermostIsReduced ? 1 : 0));

    /// <summary>Where row <paramref name="row"/> of those that fall on <paramref name="output"/> starts.</summary>
    public int RowStart(int output, int row) =>
        Offset(output, 2 - (_innermostIsReduced ? 1 : 0)) + Offset(row, 1 + (_innermostIsReduced ? 1 : 0));

    private int Rows(int first)
    {
        int count = 1;
        for (int i = first; i < _rank; i += 2) count *= _sizes[i];
        return count;
    }

    private int Offset(int index, int first)
    {
        int offset = 0;
        for (int i = first; i < _rank; i += 2)
        {
            (index, int position) = Math.DivRem(index, _sizes[i]);
            offset += position * _strides[i];
        }

        return offset;
    }
}
