using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Training.Initializers;

/// <content>Matrices that keep lengths.</content>
public static partial class Initial
{
    /// <summary>A random matrix of orthonormal columns (or rows, where it is wider than high), times <paramref name="gain"/>.</summary>
    /// <param name="gain">The factor. Default: 1.</param>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    /// <remarks>
    /// Of a shape of higher rank, all dimensions but the last are the rows. Source: Saxe et al. 2014, arXiv:1312.6120; TF 1.14
    /// orthogonal_initializer. float16 and bfloat16 are factored in float32.
    /// </remarks>
    public static Initializer Orthogonal(double gain = 1, int? seed = null) => (graph, shape, dtype) =>
    {
        if (shape.Rank < 2)
            throw new GraphException("Orthogonal", graph.CurrentScope, "a shape of rank 2 or more", shape.ToString(), "Start a vector from another initializer.");
        int columns = shape[^1], rows = checked((int)shape.Slice(0, shape.Rank - 1).ElementCount);
        DType computed = dtype == DType.Float64 ? DType.Float64 : DType.Float32;
        (Output q, Output r) = Op.Qr(graph.RandomNormal([Math.Max(rows, columns), Math.Min(rows, columns)], dtype: computed, seed: seed));
        // Without the signs of r's diagonal, which the method of factoring decides, q would not be evenly distributed.
        Output orthonormal = q * Op.Sign(Op.DiagPart(r));
        if (rows < columns) orthonormal = Op.Transpose(orthonormal, 1, 0);
        Output scaled = Op.Reshape(orthonormal, shape.ToArray()) * gain;
        return dtype == computed ? scaled : Op.Cast(scaled, dtype);
    };

    /// <summary>The identity matrix, times <paramref name="gain"/>: 1 on the diagonal, 0 beside it, square or not.</summary>
    /// <param name="gain">The factor. Default: 1.</param>
    /// <remarks>The start of the recurrent weights in Le et al. 2015, arXiv:1504.00941.</remarks>
    public static Initializer Identity(double gain = 1) => (graph, shape, dtype) =>
    {
        if (shape.Rank != 2)
            throw new GraphException("Identity", graph.CurrentScope, "a matrix", $"shape {shape}", "Use it for matrices alone.");
        Value scalar = Scalars.Of(gain, dtype, "gain"), value = Value.Allocate(dtype, shape);
        value.Bytes.Clear();
        int size = dtype.Size();
        for (int i = 0; i < Math.Min(shape[0], shape[1]); i++)
            scalar.Bytes.CopyTo(value.Bytes[(i * (shape[1] + 1) * size)..]);
        return graph.Constant(value, "eye");
    };

    /// <summary>Initializers for bands of rows, one above the other: <c>Rows((28, Normal(0, 0.001)), (100, Identity()))</c>.</summary>
    /// <param name="bands">The height of each band and what it starts from; the heights add up to the variable's rows.</param>
    /// <remarks>For the kernel of a recurrent cell, whose upper rows weigh the input and whose lower rows weigh the state.</remarks>
    public static Initializer Rows(params (int Height, Initializer Initializer)[] bands) => (graph, shape, dtype) =>
    {
        if (shape.Rank < 1 || bands.Sum(band => band.Height) != shape[0])
            throw new GraphException("Rows", graph.CurrentScope, $"bands of {(shape.Rank < 1 ? 0 : shape[0])} rows in all",
                $"{bands.Sum(band => band.Height)}", "Let the heights add up to the first dimension.");
        return Op.Concat([.. bands.Select(band => band.Initializer(graph, shape.WithDimension(0, band.Height), dtype))], 0);
    };
}
