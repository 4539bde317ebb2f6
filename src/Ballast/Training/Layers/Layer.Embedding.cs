using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;
using Ballast.Training.Initializers;

namespace Ballast.Training.Layers;

/// <content>Rows for numbers.</content>
public static partial class Layer
{
    /// <summary>Replaces each number by a row of a trained table.</summary>
    /// <param name="ids">int32 or int64, of any shape; each from 0 to <paramref name="rows"/> - 1.</param>
    /// <param name="rows">How many rows the table has, 1 or more.</param>
    /// <param name="width">The length of a row, 1 or more.</param>
    /// <param name="initializer">What the table starts from; <see cref="Initial.Uniform"/> between -0.05 and 0.05 when null.</param>
    /// <param name="dtype">The table's dtype. Default: float32.</param>
    /// <param name="name">The scope; <c>embedding</c> when null. Holds <c>embeddings</c> [rows, width].</param>
    /// <returns>The shape of the ids with one more dimension, <paramref name="width"/>.</returns>
    /// <remarks>The table's gradient is <see cref="IndexedSlices"/>: optimizers touch the rows that occurred (Adam: all).</remarks>
    public static Output Embedding(Output ids, int rows, int width, Initializer? initializer = null,
        DType dtype = DType.Float32, string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        using NameScope scope = ids.Graph.NameScope(name ?? "embedding");
        Variable table = ids.Graph.Variable([rows, width], initializer ?? Initial.Uniform(), "embeddings", dtype);
        return Op.Gather(table, ids, "embedding_lookup");
    }

    /// <summary>Makes one row of each example: <c>[batch, …]</c> becomes <c>[batch, n]</c>.</summary>
    /// <param name="x">Anything of rank 1 or more; all dimensions but the first must be known.</param>
    /// <param name="name">The scope; <c>flatten</c> when null.</param>
    /// <exception cref="ShapeMismatchException">A dimension behind the first is unknown.</exception>
    public static Output Flatten(Output x, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "flatten");
        if (!x.Shape.HasRank || x.Shape.Rank < 1 || !x.Shape.Slice(1).IsFullyKnown)
            throw new ShapeMismatchException("Flatten", scope.Name, "a shape whose dimensions behind the first are known",
                x.Shape.ToString(), "Set them with SetShape.");
        int width = checked((int)x.Shape.Slice(1).ElementCount);
        return width == 0 && x.Shape[0] < 0
            ? throw new ShapeMismatchException("Flatten", scope.Name, "examples of at least one number", x.Shape.ToString(), "")
            : Op.Reshape(x, x.Shape[0] >= 0 ? [x.Shape[0], width] : [-1, width]);
    }
}
