using Ballast.Graphs;
using Ballast.Operations;

namespace Ballast.Training.Optimizers;

/// <summary>Prepares gradients of rows for update rules that must see each row once.</summary>
internal static class SparseGradients
{
    /// <summary>Adds up the slices of rows that occur more than once, as TF 1.14's _deduplicate_indexed_slices does.</summary>
    public static (Output Values, Output Indices) SumDuplicates(IndexedSlices gradient)
    {
        (Output rows, Output positions) = Op.Unique(gradient.Indices);
        Output count = Op.StridedSlice(Op.Shape(rows), 0);
        return (Op.UnsortedSegmentSum(gradient.Values, positions, count), rows);
    }
}
