using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>The axes over which gradients of a broadcasting operation are summed.</summary>
    public static readonly OpCard BroadcastGradientArgs = new("BroadcastGradientArgs")
    {
        Summary = "For two shapes that broadcast, the axes along which each was repeated.",
        Signature = "s0: T, s1: T -> r0: T, r1: T",
        Attributes = "T: {int32, int64} = int32",
        Shape = context =>
        {
            context.SetOutput(0, Shape.UnknownOfRank(1));
            context.SetOutput(1, Shape.UnknownOfRank(1));
        },
        Constant = (operation, output) =>
        {
            Shape x = ConstantFolding.AsShape(operation.Inputs[0]), y = ConstantFolding.AsShape(operation.Inputs[1]);
            if (!x.IsFullyKnown || !y.IsFullyKnown) return null;
            Span<int> axes = stackalloc int[Shape.MaxRank];
            int count = BroadcastGradients.RepeatedAxes(x, y, output, axes);
            return count < 0 ? null : BroadcastGradients.Axes(axes[..count], operation["T"].Type);
        },
        Kernel = operation =>
        {
            DType dtype = operation["T"].Type;
            return context =>
            {
                Shape x = Integers.ToShape(context, 0), y = Integers.ToShape(context, 1);
                Span<int> axes = stackalloc int[Shape.MaxRank];
                for (int output = 0; output < 2; output++)
                {
                    int count = BroadcastGradients.RepeatedAxes(x, y, output, axes);
                    if (count < 0) throw context.Invalid($"Incompatible shapes: {x} vs. {y}.");
                    BroadcastGradients.Write(axes[..count], context.Output(output, dtype, Shape.Vector(count)));
                }
            };
        },
        NotDifferentiable = "integer output",
        Source = "TF 1.14 BroadcastGradientArgs",
    };
}

/// <summary>The gradients of operations that broadcast: each partial gradient is summed over the axes along which its input was repeated.</summary>
internal static class BroadcastGradients
{
    /// <summary>
    /// Emits TensorFlow's pattern: Shape of both inputs, BroadcastGradientArgs, and per input Reshape(Sum(partial, axes), shape).
    /// </summary>
    public static Gradient?[] Reduce(GradientContext context, Func<Output> ofX, Func<Output> ofY) =>
        Reduce(context, ofX, ofY, sum => sum);

    /// <summary>The same, where the second gradient is transformed after it was summed.</summary>
    public static Gradient?[] Reduce(GradientContext context, Func<Output> ofX, Func<Output> ofY, Func<Output, Output> summedY)
    {
        Output shapeOfX = Op.Shape(context.X(0)), shapeOfY = Op.Shape(context.X(1));
        IReadOnlyList<Output> axes = context.Graph.Add(Cards.BroadcastGradientArgs, null, [shapeOfX, shapeOfY]).Outputs;
        Output dx = Op.Reshape(Op.Sum(ofX(), axes[0]), shapeOfX);
        Output dy = Op.Reshape(summedY(Op.Sum(ofY(), axes[1])), shapeOfY);
        return [dx, dy];
    }

    /// <summary>Whether both inputs and the gradient are known to have one shape, so that nothing was repeated.</summary>
    public static bool IsPlain(GradientContext context) => context.X(0).Shape is { IsFullyKnown: true } shape
        && context.X(1).Shape == shape && context.Dy.Shape == shape;

    /// <summary>The axes of the common shape along which one input stands still.</summary>
    /// <returns>How many there are; -1 when the shapes do not broadcast.</returns>
    public static int RepeatedAxes(in Shape x, in Shape y, int input, Span<int> axes)
    {
        int rank = Math.Max(x.Rank, y.Rank), count = 0;
        for (int i = 0; i < rank; i++)
        {
            int ofX = i < rank - x.Rank ? 1 : x[i - (rank - x.Rank)], ofY = i < rank - y.Rank ? 1 : y[i - (rank - y.Rank)];
            if (ofX != ofY && ofX != 1 && ofY != 1) return -1;

            // Where both are 1, TensorFlow names the axis for both: summing over it changes nothing.
            if ((input == 0 ? ofX : ofY) == 1 && x != y) axes[count++] = i;
        }

        return count;
    }

    public static Value Axes(ReadOnlySpan<int> axes, DType dtype)
    {
        Value value = Value.Allocate(dtype, Shape.Vector(axes.Length));
        Write(axes, value);
        return value;
    }

    public static void Write(ReadOnlySpan<int> axes, Value value)
    {
        if (value.DType == DType.Int32) axes.CopyTo(value.Elements<int>());
        else
            for (int i = 0; i < axes.Length; i++) value.Elements<long>()[i] = axes[i];
    }
}
