using Ballast.Graphs;

namespace Ballast.Training.Layers;

/// <summary>Walks a cell along a sequence.</summary>
/// <example>
/// <code>
/// // images: [batch, 28 rows, 28 columns]; each row is a time step.
/// var (outputs, state) = Rnn.Unrolled(new LstmCell(128), Op.Unstack(images, axis: 1));
/// Output logits = Layer.Dense(outputs[^1], 10);
/// </code>
/// </example>
public static partial class Rnn
{
    /// <summary>Adds a copy of the cell's operations for each time step: the fastest form for short sequences of fixed length.</summary>
    /// <param name="cell">The cell; its variables are shared by all steps.</param>
    /// <param name="sequence">The inputs in order of time, each <c>[batch, n]</c>; at least one.</param>
    /// <param name="initialState">The state before the first step; zeros when null.</param>
    /// <param name="name">The scope; <c>rnn</c> when null.</param>
    /// <returns>The output of each step, <c>[batch, units]</c>, and the state after the last.</returns>
    /// <exception cref="ArgumentException">The sequence is empty.</exception>
    /// <exception cref="GraphException">Inputs or state do not fit the cell.</exception>
    /// <remarks>Source: TF 1.14 tf.nn.static_rnn.</remarks>
    public static (IReadOnlyList<Output> Outputs, IReadOnlyList<Output> State) Unrolled(RnnCell cell,
        IReadOnlyList<Output> sequence, IReadOnlyList<Output>? initialState = null, string? name = null)
    {
        if (sequence.Count == 0) throw new ArgumentException("Expected at least one time step, got none.", nameof(sequence));
        using NameScope scope = sequence[0].Graph.NameScope(name ?? "rnn");
        IReadOnlyList<Output> state = initialState ?? cell.ZeroState(sequence[0]);
        var outputs = new List<Output>(sequence.Count);
        foreach (Output input in sequence)
        {
            (Output output, state) = cell.Step(input, state);
            outputs.Add(output);
        }

        return (outputs, state);
    }
}
