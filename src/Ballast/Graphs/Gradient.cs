using Ballast.Tensors;

namespace Ballast.Graphs;

/// <summary>The gradient of a loss with respect to an output: dense, or slices of rows.</summary>
public abstract class Gradient
{
    /// <summary>The element type.</summary>
    public abstract DType DType { get; }

    /// <summary>The graph it belongs to.</summary>
    public abstract Graph Graph { get; }

    /// <summary>The numbers: the whole gradient when dense, the rows alone when sparse.</summary>
    public abstract Output Values { get; }

    /// <summary>A dense gradient.</summary>
    public static implicit operator Gradient(Output output) => new DenseGradient(output);
}

/// <summary>A gradient with one number per element.</summary>
/// <param name="output">The numbers.</param>
public sealed class DenseGradient(Output output) : Gradient
{
    /// <inheritdoc/>
    public override DType DType => Values.DType;

    /// <inheritdoc/>
    public override Graph Graph => Values.Graph;

    /// <inheritdoc/>
    public override Output Values { get; } = output;

    /// <summary>Its numbers' name, dtype and shape.</summary>
    public override string ToString() => Values.ToString();
}

/// <summary>A gradient that is zero but for some rows; a row may occur more than once, and then its slices add up.</summary>
/// <param name="values">The rows, <c>[n, …]</c>.</param>
/// <param name="indices">Which row each one is, <c>[n]</c>, int32 or int64.</param>
/// <param name="denseShape">The shape of the whole, an int vector; null when unknown.</param>
public sealed class IndexedSlices(Output values, Output indices, Output? denseShape) : Gradient
{
    /// <inheritdoc/>
    public override DType DType => Values.DType;

    /// <inheritdoc/>
    public override Graph Graph => Values.Graph;

    /// <inheritdoc/>
    public override Output Values { get; } = values;

    /// <summary>Which row of the whole each row of <see cref="Values"/> is.</summary>
    public Output Indices { get; } = indices;

    /// <summary>The shape of the whole; null when unknown.</summary>
    public Output? DenseShape { get; } = denseShape;

    /// <summary>The same rows with other numbers.</summary>
    public IndexedSlices WithValues(Output values) => new(values, Indices, DenseShape);

    /// <summary>Its rows' name, dtype and shape, and where the rows are named.</summary>
    public override string ToString() => $"{Values} for the rows {Indices.Name}";
}
