using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Training.Layers;

/// <summary>One time step of a recurrent network: input and state in, output and state out.</summary>
/// <remarks>
/// The first step, or <see cref="Build"/>, makes the variables in the scope where it happens; all later steps share them.
/// <see cref="Rnn"/> walks a cell along a sequence.
/// </remarks>
public abstract class RnnCell
{
    private readonly string _name;
    private DType _dtype;
    private int _inputs;

    private protected RnnCell(int units, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        (Units, _name) = (units, name);
    }

    /// <summary>The size of the output and of each part of the state.</summary>
    public int Units { get; }

    /// <summary>How many parts of size <see cref="Units"/> the state has.</summary>
    public abstract int StateCount { get; }

    /// <summary>The variables; empty before the first step.</summary>
    public IReadOnlyList<Variable> Variables { get; private set; } = [];

    /// <summary>Makes the variables, where they do not exist yet, in the current scope.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">The size of an input row.</param>
    /// <param name="dtype">A floating dtype.</param>
    /// <exception cref="GraphException">The cell has variables already, for another input or graph.</exception>
    public void Build(Graph graph, int inputs, DType dtype = DType.Float32)
    {
        if (Variables.Count > 0)
        {
            if (Variables[0].Graph == graph && inputs == _inputs && dtype == _dtype) return;
            throw new GraphException(GetType().Name, Variables[0].Name, $"rows of {_inputs} {_dtype.Name()} in one graph, as at first",
                $"rows of {inputs} {dtype.Name()}", "Make a cell of its own for each kind of input.");
        }

        (_inputs, _dtype) = (inputs, dtype);
        using NameScope scope = graph.NameScope(_name);
        Variables = MakeVariables(graph, inputs, dtype);
    }

    /// <summary>Adds the operations of one step.</summary>
    /// <param name="input">The input, <c>[batch, n]</c>; n must be known.</param>
    /// <param name="state">The state, <see cref="StateCount"/> outputs of shape <c>[batch, units]</c>.</param>
    /// <returns>The output, <c>[batch, units]</c>, and the next state.</returns>
    /// <exception cref="GraphException">Input or state do not fit the cell.</exception>
    public (Output Output, IReadOnlyList<Output> State) Step(Output input, IReadOnlyList<Output> state)
    {
        if (input.Shape.Rank != 2 || input.Shape[1] < 0)
            throw new ShapeMismatchException(GetType().Name, _name, "inputs of shape [batch, n] with a known n", input.Shape.ToString(), "");
        if (state.Count != StateCount)
            throw new GraphException(GetType().Name, _name, $"a state of {StateCount} parts", $"{state.Count}",
                "Start from ZeroState, or pass on what the last step gave.");
        Build(input.Graph, input.Shape[1], input.DType);
        using NameScope scope = input.Graph.NameScope(_name);
        return Compute(input, state);
    }

    /// <summary>A state of zeros for as many rows as <paramref name="input"/> has.</summary>
    /// <param name="input">Anything whose first dimension is the batch.</param>
    public IReadOnlyList<Output> ZeroState(Output input)
    {
        Graph graph = input.Graph;
        using NameScope scope = graph.NameScope($"{GetType().Name}ZeroState");
        int batch = input.Shape.HasRank ? input.Shape[0] : -1;
        Output dims = batch >= 0
            ? graph.Constant(new[] { batch, Units }, "shape")
            : Op.Concat([Op.StridedSlice(Op.Shape(input), 0..1), graph.Constant(new[] { Units }, "units")], 0);
        return
        [
            .. Enumerable.Range(0, StateCount).Select(_ =>
            {
                Output zeros = Op.Zeros(dims, input.DType);
                zeros.SetShape(new Shape([batch, Units]));
                return zeros;
            }),
        ];
    }

    private protected abstract IReadOnlyList<Variable> MakeVariables(Graph graph, int inputs, DType dtype);

    private protected abstract (Output Output, IReadOnlyList<Output> State) Compute(Output input, IReadOnlyList<Output> state);

    /// <summary>[x, h] · kernel + bias.</summary>
    private protected static Output Connect(Output x, Output h, Variable kernel, Variable bias) =>
        Op.BiasAdd(Op.MatMul(Op.Concat([x, h], 1), kernel.Value), bias);
}
