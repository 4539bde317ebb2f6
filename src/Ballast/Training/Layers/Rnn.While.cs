using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Training.Layers;

/// <content>Sequences of a length that a run decides.</content>
public static partial class Rnn
{
    /// <summary>Walks the cell along a sequence in a loop: the graph stays small, and each run may have another length.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="sequence">The inputs, <c>[batch, time, n]</c>; n must be known.</param>
    /// <param name="lengths">How long each row's sequence is, an integer vector <c>[batch]</c>; all of time when null.</param>
    /// <param name="initialState">The state before the first step; zeros when null.</param>
    /// <param name="name">The scope; <c>rnn</c> when null.</param>
    /// <returns>The outputs, <c>[batch, time, units]</c>, zeros past a row's length; and each row's state at its length.</returns>
    /// <exception cref="GraphException">Inputs or state do not fit the cell.</exception>
    /// <remarks>Source: TF 1.14 tf.nn.dynamic_rnn.</remarks>
    public static (Output Outputs, IReadOnlyList<Output> State) While(RnnCell cell, Output sequence, Output? lengths = null,
        IReadOnlyList<Output>? initialState = null, string? name = null)
    {
        Shape shape = sequence.Shape;
        if (shape.Rank != 3 || shape[2] < 0)
            throw new ShapeMismatchException("Rnn", name ?? "rnn", "a sequence of shape [batch, time, n] with a known n", shape.ToString(), "");
        Graph graph = sequence.Graph;
        using NameScope scope = graph.NameScope(name ?? "rnn");
        // Variables stand outside of the loop that reads them.
        cell.Build(graph, shape[2], sequence.DType);
        IReadOnlyList<Output> start = initialState ?? cell.ZeroState(sequence);
        Output steps = Op.StridedSlice(Op.Shape(sequence), 1);
        Output? last = lengths is null ? null : Op.Cast(lengths, DType.Int32);
        TensorArray inputs = new TensorArray(graph, sequence.DType, steps, name: "input").Unstack(Op.Transpose(sequence, 1, 0, 2));
        var outputs = new TensorArray(graph, sequence.DType, steps, name: "output");

        IReadOnlyList<Output> end = Op.While(vars => Op.Less(vars[0], steps), vars =>
        {
            Output time = vars[0];
            Output input = inputs.Read(time);
            input.SetShape([shape[0] < 0 ? null : shape[0], shape[2]]);
            IReadOnlyList<Output> state = [.. vars.Skip(2)];
            (Output output, IReadOnlyList<Output> next) = cell.Step(input, state);
            if (last is not null)
            {
                Output isPast = Op.GreaterEqual(time, last);
                output = Op.Select(isPast, Op.ZerosLike(output), output);
                next = [.. next.Zip(state, (after, before) => Op.Select(isPast, before, after))];
            }

            return [Op.Add(time, 1), outputs.WithFlow(vars[1]).Write(time, output).Flow, .. next];
        }, [graph.Constant(0, "time"), outputs.Flow, .. start]);

        Output stacked = Op.Transpose(outputs.WithFlow(end[1]).Stack(), 1, 0, 2);
        stacked.SetShape([shape[0] < 0 ? null : shape[0], shape[1] < 0 ? null : shape[1], cell.Units]);
        return (stacked, [.. end.Skip(2)]);
    }
}
