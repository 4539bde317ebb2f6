using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;
using Ballast.Training.Initializers;

namespace Ballast.Training.Layers;

/// <summary>
/// The gated recurrent unit: with <c>r, u = split(σ([x, h] · gates/kernel + gates/bias))</c> and
/// <c>c = tanh([x, r·h] · candidate/kernel + candidate/bias)</c>, <c>h' = u·h + (1 - u)·c</c>.
/// </summary>
/// <param name="units">The size of h, 1 or more.</param>
/// <param name="kernel">What both kernels start from; <see cref="Initial.GlorotUniform"/> when null. The gates' bias starts from 1.</param>
/// <param name="name">The scope of the variables. Default: <c>gru_cell</c>.</param>
/// <remarks>Source: TF 1.14 GRUCell; Cho et al. 2014, arXiv:1406.1078.</remarks>
public sealed class GruCell(int units, Initializer? kernel = null, string name = "gru_cell") : RnnCell(units, name)
{
    /// <inheritdoc/>
    public override int StateCount => 1;

    private protected override IReadOnlyList<Variable> MakeVariables(Graph graph, int inputs, DType dtype)
    {
        Initializer initializer = kernel ?? Initial.GlorotUniform();
        return
        [
            graph.Variable([inputs + Units, 2 * Units], initializer, "gates/kernel", dtype),
            graph.Variable([2 * Units], Initial.Ones, "gates/bias", dtype),
            graph.Variable([inputs + Units, Units], initializer, "candidate/kernel", dtype),
            graph.Variable([Units], Initial.Zeros, "candidate/bias", dtype),
        ];
    }

    private protected override (Output Output, IReadOnlyList<Output> State) Compute(Output input, IReadOnlyList<Output> state)
    {
        Output h = state[0];
        IReadOnlyList<Output> gates = Op.Split(Op.Sigmoid(Connect(input, h, Variables[0], Variables[1])), 2, axis: 1);
        (Output r, Output u) = (gates[0], gates[1]);
        Output candidate = Op.Tanh(Connect(input, r * h, Variables[2], Variables[3]));
        Output newH = (u * h) + ((1 - u) * candidate);
        return (newH, [newH]);
    }
}
