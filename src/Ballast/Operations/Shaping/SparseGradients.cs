using Ballast.Graphs;

namespace Ballast.Operations;

public static partial class Op
{
    /// <summary>The gradient as one output; slices are summed into rows of zeros, as TensorFlow converts IndexedSlices.</summary>
    /// <exception cref="GraphException">The slices do not say how many rows the whole has.</exception>
    public static Output ToDense(Gradient gradient)
    {
        if (gradient is not IndexedSlices slices) return gradient.Values;
        if (slices.DenseShape is not { } shape)
            throw new GraphException("IndexedSlices", slices.Values.Name, "a dense shape", "none",
                "Pass the shape of the whole to IndexedSlices, or scatter the rows yourself.");
        Output dense = UnsortedSegmentSum(slices.Values, slices.Indices, StridedSlice(shape, 0));
        if (ConstantFolding.AsShape(shape) is { HasRank: true } known && known.IsCompatibleWith(dense.Shape)) dense.SetShape(known);
        return dense;
    }

    /// <summary>The gradient as rows; a dense one consists of all rows in order.</summary>
    internal static IndexedSlices ToSlices(Gradient gradient)
    {
        if (gradient is IndexedSlices slices) return slices;
        Output shape = Shape(gradient.Values);
        return new IndexedSlices(gradient.Values, Range(0, StridedSlice(shape, 0)), shape);
    }
}
