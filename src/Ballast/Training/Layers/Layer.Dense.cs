using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Training.Layers;

/// <summary>Thin helpers that emit operations and variables, under the names that TF 1.14's tf.layers give them. They keep no state.</summary>
/// <example>
/// <code>
/// Output hidden = Layer.Dense(images, 128, Op.Relu);
/// Output logits = Layer.Dense(hidden, 10);
/// </code>
/// </example>
public static partial class Layer
{
    /// <summary>Connects every input with every unit: <c>activation(x · kernel + bias)</c>.</summary>
    /// <param name="x">The inputs, <c>[batch, n]</c>, floating; n must be known.</param>
    /// <param name="units">How many outputs per row, 1 or more.</param>
    /// <param name="activation">What the sums are put through; nothing when null.</param>
    /// <param name="options">Initializers and such; the defaults when null.</param>
    /// <param name="name">The scope; <c>dense</c> when null. Holds <c>kernel</c> [n, units] and <c>bias</c> [units].</param>
    /// <returns>The outputs, <c>[batch, units]</c>.</returns>
    /// <exception cref="GraphException">The number of inputs is unknown, or the rank is not 2.</exception>
    public static Output Dense(Output x, int units, Activation? activation = null, LayerOptions? options = null,
        string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        options ??= LayerOptions.Default;
        if (x.Shape.Rank != 2 || x.Shape[1] < 0)
            throw new ShapeMismatchException("Dense", name ?? "dense", "inputs of shape [batch, n] with a known n",
                x.Shape.ToString(), "Flatten them first with Layer.Flatten.");
        Graph graph = x.Graph;
        using NameScope scope = graph.NameScope(name ?? "dense");
        Variable kernel = graph.Variable([x.Shape[1], units], options.Kernel, "kernel", x.DType, options.IsTrainable);
        Variable? bias = MakeBias(graph, units, x.DType, options);
        Output sums = Op.MatMul(x, kernel.Value);
        if (bias is not null) sums = Op.BiasAdd(sums, bias);
        return activation is null ? sums : activation(sums);
    }

    private static Variable? MakeBias(Graph graph, int units, DType dtype, LayerOptions options) => options.Bias is null
        ? null
        : graph.Variable([units], options.Bias, "bias", dtype, options.IsTrainable);
}
