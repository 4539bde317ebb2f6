using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>
/// An argument of an operation: an output, a variable, or numbers that become a Const beside the operation, of the
/// dtype that the operation's other argument has.
/// </summary>
public readonly struct Operand
{
    private readonly Output? _output;
    private readonly Value? _value;
    private readonly double _number;

    private Operand(Output? output, Value? value, double number) => (_output, _value, _number) = (output, value, number);

    /// <summary>The C# number, when this is one; null for an output or numbers of their own dtype.</summary>
    public double? Number => _output is null && _value is null ? _number : null;

    /// <summary>The output, when this is one; null for numbers.</summary>
    public Output? Output => _output;

    /// <summary>An output of the graph.</summary>
    public static implicit operator Operand(Output output) => new(output, null, 0);

    /// <summary>The current value of a variable.</summary>
    public static implicit operator Operand(Variable variable) => new(variable.Value, null, 0);

    /// <summary>A scalar, converted to the dtype of the other argument.</summary>
    public static implicit operator Operand(double number) => new(null, null, number);

    /// <summary>A bool scalar, whatever the dtype of the other argument.</summary>
    public static implicit operator Operand(bool value) => new(null, value, 0);

    /// <summary>Numbers of their own dtype and shape.</summary>
    public static implicit operator Operand(Value value) => new(null, value, 0);

    /// <summary>A vector.</summary>
    public static implicit operator Operand(float[] values) => new(null, values, 0);

    /// <summary>A matrix.</summary>
    public static implicit operator Operand(float[,] values) => new(null, values, 0);

    /// <summary>A vector.</summary>
    public static implicit operator Operand(int[] values) => new(null, values, 0);

    /// <summary>The output itself, or a new Const of the given dtype in the graph's current scope.</summary>
    /// <exception cref="GraphException">The number does not fit the dtype: a fraction for an integer type.</exception>
    internal Output In(Graph graph, DType dtype, string name)
    {
        if (_output is not null) return _output;
        return graph.Constant(_value ?? Scalars.Of(_number, dtype, name), name);
    }
}
