using Ballast.Operations;
using Ballast.Training.Initializers;

namespace Ballast.Training.Layers;

/// <summary>Settings that layers with weights share.</summary>
public sealed class LayerOptions
{
    internal static readonly LayerOptions Default = new();

    /// <summary>Gets what the weights start from.</summary>
    /// <value>The default is <see cref="Initial.GlorotUniform"/>, as in TF 1.14.</value>
    public Initializer Kernel { get; init; } = Initial.GlorotUniform();

    /// <summary>Gets what the bias starts from; null for no bias at all.</summary>
    /// <value>The default is zeros.</value>
    public Initializer? Bias { get; init; } = Initial.Zeros;

    /// <summary>Gets whether optimizers change weights and bias.</summary>
    /// <value>The default is true.</value>
    public bool IsTrainable { get; init; } = true;
}
