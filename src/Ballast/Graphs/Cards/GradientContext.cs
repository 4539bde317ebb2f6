namespace Ballast.Graphs;

/// <summary>What a gradient rule sees: the operation and the gradients that came from its consumers.</summary>
internal sealed class GradientContext(Operation operation, Gradient?[] upstream, Func<Gradient, Output> densify)
{
    private readonly Output?[] _dense = new Output?[upstream.Length];

    public Operation Operation => operation;

    public Graph Graph => operation.Graph;

    /// <summary>The gradient that reached output 0, dense; the rule is called only when one did.</summary>
    public Output Dy => DyAt(0) ?? throw new InvalidOperationException($"No gradient reached {operation}.");

    /// <summary>Input <paramref name="index"/> of the operation.</summary>
    public Output X(int index = 0) => operation.Inputs[index];

    /// <summary>Output <paramref name="index"/> of the operation.</summary>
    public Output Y(int index = 0) => operation.Outputs[index];

    /// <summary>
    /// The gradient of an output, slices summed into a dense one; null for outputs that cannot carry one. A
    /// differentiable output that nobody used has a gradient of zeros.
    /// </summary>
    public Output? DyAt(int index) =>
        _dense[index] ??= upstream[index] is { } gradient ? densify(gradient) : null;

    /// <summary>
    /// Operations made until the result is disposed wait for the gradient, as TensorFlow's do: what a gradient computes
    /// anew from the forward pass is not computed, and does not take memory, before the backward pass gets there.
    /// </summary>
    public IDisposable AfterDy() => Graph.ControlDependencies(Dy.Operation);

    /// <summary>The gradient of an output as it came, perhaps sparse.</summary>
    public Gradient? Upstream(int index = 0) => upstream[index];
}
