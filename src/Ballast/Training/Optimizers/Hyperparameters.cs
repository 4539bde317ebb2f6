using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Training.Optimizers;

/// <summary>The numbers of one update rule as outputs of the graph, each made once and cast to whoever asks.</summary>
public sealed class Hyperparameters
{
    private readonly Dictionary<string, Output> _outputs = new(StringComparer.Ordinal);

    internal Hyperparameters(Graph graph, IReadOnlyList<(string Name, Operand Value)> numbers)
    {
        Graph = graph;
        foreach ((string name, Operand value) in numbers) _outputs.Add(name, value.In(graph, DType.Float32, name));
    }

    /// <summary>The graph that they belong to.</summary>
    public Graph Graph { get; }

    /// <summary>A number in the dtype of a variable. C# numbers are float32 first, as TensorFlow has it.</summary>
    /// <exception cref="KeyNotFoundException">The rule has no such number.</exception>
    public Output this[string name, DType dtype] => Cast(_outputs[name], dtype);

    internal static Output Cast(Output output, DType dtype) => output.DType == dtype ? output : Op.Cast(output, dtype);
}
