using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;
using Ballast.Training.Initializers;

namespace Ballast.Training.Layers;

/// <summary>The plain recurrent cell: <c>h' = activation([x, h] · kernel + bias)</c>.</summary>
/// <param name="units">The size of h, 1 or more.</param>
/// <param name="activation">What the sums are put through; tanh when null.</param>
/// <param name="kernel">What the kernel [inputs + units, units] starts from; <see cref="Initial.GlorotUniform"/> when null.</param>
/// <param name="name">The scope of the variables. Default: <c>basic_rnn_cell</c>.</param>
/// <remarks>
/// Through many steps its gradient grows or fades like a power of the recurrent weights: clip it by its global norm. Source: TF 1.14
/// BasicRNNCell; Elman 1990.
/// </remarks>
public sealed class BasicRnnCell(int units, Activation? activation = null, Initializer? kernel = null,
    string name = "basic_rnn_cell") : RnnCell(units, name)
{
    /// <inheritdoc/>
    public override int StateCount => 1;

    private protected override IReadOnlyList<Variable> MakeVariables(Graph graph, int inputs, DType dtype) =>
    [
        graph.Variable([inputs + Units, Units], kernel ?? Initial.GlorotUniform(), "kernel", dtype),
        graph.Variable([Units], Initial.Zeros, "bias", dtype),
    ];

    private protected override (Output Output, IReadOnlyList<Output> State) Compute(Output input, IReadOnlyList<Output> state)
    {
        Output sums = Connect(input, state[0], Variables[0], Variables[1]);
        Output h = activation is null ? Op.Tanh(sums) : activation(sums);
        return (h, [h]);
    }
}
