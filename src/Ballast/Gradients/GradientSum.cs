using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Gradients;

/// <summary>Adds up the gradients that one output received from several consumers.</summary>
internal static class GradientSum
{
    /// <summary>Dense ones by AddN; where one is sparse, the rows of all stand one after the other and are not summed.</summary>
    /// <remarks>Source: TF 1.14 gradients with ADD_N, _as_indexed_slices_list.</remarks>
    public static Gradient Of(IReadOnlyList<Gradient> gradients)
    {
        if (gradients.All(g => g is DenseGradient)) return Op.AddN([.. gradients.Select(g => g.Values)]);

        IndexedSlices[] slices = [.. gradients.Select(Op.ToSlices)];
        bool mixed = slices.Any(s => s.Indices.DType == DType.Int64) && slices.Any(s => s.Indices.DType == DType.Int32);
        IEnumerable<Output> indices = slices.Select(s => s.Indices);
        if (mixed) indices = indices.Select(i => i.DType == DType.Int64 ? i : Op.Cast(i, DType.Int64));
        return new IndexedSlices(Op.Concat([.. slices.Select(s => s.Values)], 0), Op.Concat([.. indices], 0),
            slices.Select(s => s.DenseShape).FirstOrDefault(shape => shape is not null));
    }
}
