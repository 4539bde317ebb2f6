using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>
/// What is known before a run of vectors that hold dimensions: <c>Pack</c>, <c>ConcatV2</c>, slices and casts of shapes keep what
/// is known of their inputs, so that a shape computed in the graph still tells its static part.
/// </summary>
internal static class ShapeVectors
{
    /// <summary>An input read as a shape; null when not even its length is known.</summary>
    public static Shape? Input(Operation operation, int input) =>
        operation.Inputs[input].DType is DType.Int32 or DType.Int64
        && ConstantFolding.AsShape(operation.Inputs[input]) is { HasRank: true } shape ? shape : null;

    /// <summary>A scalar input read as a dimension; -1 when it is unknown.</summary>
    public static int Dimension(Output scalar) =>
        ConstantFolding.ValueOf(scalar) is { Length: 1, DType: DType.Int32 or DType.Int64 } value
            ? (int)Math.Clamp(Integers.At(value, 0), -1, int.MaxValue)
            : -1;

    /// <summary>Element <paramref name="index"/> of the vector that is input 0, as a scalar; null when it is unknown.</summary>
    public static Value? Element(Operation operation, int index) =>
        Input(operation, 0) is { } shape && index < shape.Rank && shape[index] >= 0
            ? Integers.Of(shape[index], operation.Inputs[0].DType)
            : null;
}
