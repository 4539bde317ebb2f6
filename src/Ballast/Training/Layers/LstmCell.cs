using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;
using Ballast.Training.Initializers;

namespace Ballast.Training.Layers;

/// <summary>
/// Long short-term memory: with <c>i, j, f, o = split([x, h] · kernel + bias)</c>,
/// <c>c' = c·σ(f + forgetBias) + σ(i)·tanh(j)</c> and <c>h' = tanh(c')·σ(o)</c>. The state is (c, h).
/// </summary>
/// <param name="units">The size of c and h, 1 or more.</param>
/// <param name="forgetBias">Added to f, so that the cell remembers at first. Default: 1.</param>
/// <param name="kernel">What the kernel [inputs + units, 4·units] starts from; <see cref="Initial.GlorotUniform"/> when null.</param>
/// <param name="name">The scope of the variables. Default: <c>basic_lstm_cell</c>.</param>
/// <remarks>Source: TF 1.14 BasicLSTMCell; Hochreiter and Schmidhuber 1997; Zaremba et al. 2014, arXiv:1409.2329.</remarks>
public sealed class LstmCell(int units, double forgetBias = 1, Initializer? kernel = null, string name = "basic_lstm_cell")
    : RnnCell(units, name)
{
    /// <inheritdoc/>
    public override int StateCount => 2;

    private protected override IReadOnlyList<Variable> MakeVariables(Graph graph, int inputs, DType dtype) =>
    [
        graph.Variable([inputs + Units, 4 * Units], kernel ?? Initial.GlorotUniform(), "kernel", dtype),
        graph.Variable([4 * Units], Initial.Zeros, "bias", dtype),
    ];

    private protected override (Output Output, IReadOnlyList<Output> State) Compute(Output input, IReadOnlyList<Output> state)
    {
        (Output c, Output h) = (state[0], state[1]);
        IReadOnlyList<Output> gates = Op.Split(Connect(input, h, Variables[0], Variables[1]), 4, axis: 1);
        (Output i, Output j, Output f, Output o) = (gates[0], gates[1], gates[2], gates[3]);
        Output newC = (c * Op.Sigmoid(f + forgetBias)) + (Op.Sigmoid(i) * Op.Tanh(j));
        Output newH = Op.Tanh(newC) * Op.Sigmoid(o);
        return (newH, [newC, newH]);
    }
}
