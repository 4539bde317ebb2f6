using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Training.Initializers;

/// <summary>First values of variables: <c>graph.Variable([784, 10], Initial.GlorotUniform(), "kernel")</c>.</summary>
/// <remarks>
/// An initializer adds operations under <c>name/Initializer/</c>, as TF 1.14's initializers do; running the variable's
/// initializer again draws new numbers.
/// </remarks>
public static partial class Initial
{
    // Where TensorFlow, too, goes over from a constant to a Fill.
    private const int MostConstantElements = 1000;

    /// <summary>All zeros, of any dtype that has a 0.</summary>
    public static Output Zeros(Graph graph, Shape shape, DType dtype) => Filled(graph, shape, dtype, 0, "zeros");

    /// <summary>All ones, of any dtype that has a 1.</summary>
    public static Output Ones(Graph graph, Shape shape, DType dtype) => Filled(graph, shape, dtype, 1, "ones");

    /// <summary>The same number everywhere.</summary>
    /// <param name="value">The number; it must fit the variable's dtype.</param>
    public static Initializer Constant(double value) => (graph, shape, dtype) => Filled(graph, shape, dtype, value, "Const");

    private static Output Filled(Graph graph, Shape shape, DType dtype, double number, string name)
    {
        Value scalar = Scalars.Of(number, dtype, name);
        if (shape.ElementCount >= MostConstantElements)
        {
            using NameScope scope = graph.NameScope(name);
            Output dimensions = graph.Constant(shape.ToArray(), "shape_as_tensor");
            return Op.Fill(dimensions, graph.Constant(scalar), $"{scope.Name}/");
        }

        Value value = Value.Allocate(dtype, shape);
        Span<byte> one = scalar.Bytes;
        for (int i = 0; i < value.Bytes.Length; i += one.Length) one.CopyTo(value.Bytes[i..]);
        return graph.Constant(value, name);
    }
}
