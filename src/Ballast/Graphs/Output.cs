using Ballast.Tensors;

namespace Ballast.Graphs;

/// <summary>A symbolic result of an operation (TensorFlow's "tensor"): what an edge of the graph carries.</summary>
public sealed class Output
{
    internal Output(Operation operation, int index, DType dtype, in Shape shape, bool isReference)
    {
        (Operation, Index, DType, Shape, IsReference) = (operation, index, dtype, shape, isReference);
    }

    /// <summary>The operation that makes it.</summary>
    public Operation Operation { get; }

    /// <summary>Its position among the operation's outputs, from 0.</summary>
    public int Index { get; }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>What is known of the shape before a run.</summary>
    public Shape Shape { get; private set; }

    /// <summary>Whether it refers to a variable that its consumer may write (a <c>Ref</c> type of TensorFlow).</summary>
    public bool IsReference { get; }

    /// <summary>The graph it belongs to.</summary>
    public Graph Graph => Operation.Graph;

    /// <summary>The name as TensorFlow writes it: <c>scope/op:0</c>.</summary>
    public string Name => $"{Operation.Name}:{Index}";

    /// <summary>Adds knowledge about the shape, as <c>Tensor.set_shape</c> does.</summary>
    /// <exception cref="ShapeMismatchException"><paramref name="shape"/> contradicts what is known.</exception>
    public void SetShape(in Shape shape)
    {
        if (!Shape.TryMerge(shape, out Shape merged))
            throw new ShapeMismatchException(Operation.Type, Operation.Name, $"a shape compatible with {Shape}",
                shape.ToString(), "Set a shape that the operation can produce.", Operation.Source);
        Shape = merged;
    }

    /// <summary>Name, dtype and shape.</summary>
    public override string ToString() => $"{Name} {DType.Name()}{Shape}";
}
