using System.Collections;
using System.Numerics.Tensors;
using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Sessions;

/// <summary>The values that a run puts in place of outputs, of placeholders mostly.</summary>
/// <example>
/// <code>
/// var feeds = new Feeds { [x] = images, [keepProbability] = 0.5f };
/// float loss = session.Run&lt;float&gt;(lossOutput, feeds);
/// </code>
/// </example>
/// <remarks>Any output may be fed; what would have made it does not run. May be kept and changed from run to run.</remarks>
public sealed class Feeds : IEnumerable<KeyValuePair<Output, Value>>
{
    private readonly List<Output> _outputs = [];
    private readonly List<Value> _values = [];

    /// <summary>How many outputs are fed.</summary>
    public int Count => _outputs.Count;

    internal IReadOnlyList<Output> Outputs => _outputs;

    internal IReadOnlyList<Value> Values => _values;

    /// <summary>The value for an output. Arrays, scalars and tensors convert by themselves.</summary>
    /// <exception cref="KeyNotFoundException">On reading: the output is not fed.</exception>
    /// <exception cref="ArgumentException">The dtype or shape is not that of the output.</exception>
    public Value this[Output output]
    {
        get => _outputs.IndexOf(output) is var index and >= 0
            ? _values[index]
            : throw new KeyNotFoundException($"{output.Name} is not fed.");
        set
        {
            Check(output, value);
            int index = _outputs.IndexOf(output);
            if (index >= 0)
            {
                _values[index] = value;
                return;
            }

            _outputs.Add(output);
            _values.Add(value);
        }
    }

    /// <summary>Feeds a value; the same as setting the indexer.</summary>
    /// <exception cref="ArgumentException">The dtype or shape is not that of the output.</exception>
    public void Add(Output output, Value value) => this[output] = value;

    /// <summary>Feeds a copy of .NET's tensor.</summary>
    /// <exception cref="ArgumentException">The dtype or shape is not that of the output.</exception>
    public void Add<T>(Output output, Tensor<T> tensor) where T : unmanaged => this[output] = Value.From(tensor);

    /// <summary>Feeds a copy of these elements, in row-major order.</summary>
    /// <remarks>Where the output was fed before with the same shape and dtype, that memory is written again.</remarks>
    /// <exception cref="ArgumentException">The dtype or shape is not that of the output, or the number of elements not that of the shape.</exception>
    public void Add<T>(Output output, ReadOnlySpan<T> elements, in Shape shape) where T : unmanaged
    {
        int index = _outputs.IndexOf(output);
        if (index >= 0 && _values[index].DType == DTypes.Of<T>() && _values[index].Shape == shape
            && elements.Length == _values[index].Length && _values[index].IsUnshared)
        {
            elements.CopyTo(_values[index].Elements<T>());
            return;
        }

        this[output] = Value.From(elements, shape);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Output, Value>> GetEnumerator() =>
        _outputs.Zip(_values, KeyValuePair.Create).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static void Check(Output output, Value value)
    {
        if (output.DType != value.DType)
            throw new ArgumentException(
                $"{output.Operation}: expected a feed of {output.DType.Name()}, got {value.DType.Name()}. " +
                $"Convert the numbers to {output.DType.Name()} first.", nameof(value));
        if (!output.Shape.IsCompatibleWith(value.Shape))
            throw new ArgumentException(
                $"{output.Operation}: expected a feed of shape {output.Shape}, got {value.Shape}. Reshape the numbers, " +
                "or declare the placeholder with unknown dimensions.", nameof(value));
    }
}
