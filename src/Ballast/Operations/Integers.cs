using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>Small integer inputs that say how a shape is made: dimensions, axes, paddings, counts.</summary>
internal static class Integers
{
    /// <summary>Element <paramref name="index"/> of an int32, int64 or uint8 value.</summary>
    public static long At(Value value, int index) => value.DType switch
    {
        DType.Int64 => value.Span<long>()[index],
        DType.UInt8 => value.Span<byte>()[index],
        _ => value.Span<int>()[index],
    };

    /// <summary>A vector of the dimensions of a shape.</summary>
    public static Value Of(in Shape shape, DType dtype)
    {
        Value value = Value.Allocate(dtype, Shape.Vector(shape.Rank));
        Write(shape, value);
        return value;
    }

    /// <summary>A scalar.</summary>
    public static Value Of(long number, DType dtype) => dtype == DType.Int64 ? (Value)number : (Value)checked((int)number);

    /// <summary>Writes the dimensions of a shape into a vector.</summary>
    public static void Write(in Shape shape, Value vector)
    {
        if (vector.DType == DType.Int64)
            for (int i = 0; i < shape.Rank; i++) vector.Elements<long>()[i] = shape[i];
        else
            shape.Span.CopyTo(vector.Elements<int>());
    }

    /// <summary>The shape that an integer vector states at run time.</summary>
    /// <exception cref="InvalidArgumentException">A dimension is negative, or there are too many.</exception>
    public static Shape ToShape(KernelContext context, int input)
    {
        Value vector = context.Input(input);
        if (vector.Shape.Rank > 1 || vector.Length > Shape.MaxRank)
            throw context.Invalid($"expected a vector of at most {Shape.MaxRank} dimensions, got {vector}.");
        Span<int> dimensions = stackalloc int[vector.Length];
        for (int i = 0; i < dimensions.Length; i++) dimensions[i] = Dimension(context, At(vector, i), i);
        return new Shape(dimensions);
    }

    /// <summary>An axis read at run time, brought into 0 … <paramref name="rank"/> - 1.</summary>
    /// <exception cref="InvalidArgumentException">The axis is out of range.</exception>
    public static int Axis(KernelContext context, int input, int rank)
    {
        Value axis = context.Input(input);
        if (axis.Length != 1) throw context.Invalid($"expected one axis as input {input}, got {axis}.");
        return Axis(context, At(axis, 0), rank);
    }

    /// <summary>An axis brought into 0 … <paramref name="rank"/> - 1.</summary>
    /// <exception cref="InvalidArgumentException">The axis is out of range.</exception>
    public static int Axis(KernelContext context, long axis, int rank)
    {
        if (axis < -rank || axis >= rank)
            throw context.Invalid($"expected an axis from {-rank} to {rank - 1}, got {axis}.");
        return (int)(axis < 0 ? axis + rank : axis);
    }

    private static int Dimension(KernelContext context, long size, int position) => size is >= 0 and <= int.MaxValue
        ? (int)size
        : throw context.Invalid($"expected dimensions from 0 to {int.MaxValue}, got {size} at position {position}.");
}
