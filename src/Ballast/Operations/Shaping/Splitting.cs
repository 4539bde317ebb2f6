using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Cuts a value into equal parts.</summary>
    public static readonly OpCard Split = new("Split")
    {
        Summary = "Cuts a value along a dimension into num_split equal parts.",
        Signature = "split_dim: int32, value: T -> output: num_split * T",
        Attributes = "num_split: int >= 1; T: type",
        Shape = context =>
        {
            Shape shape = context.Input(1);
            int parts = context.OutputCount;
            if (shape.HasRank && context.Constant(0) is { } axis)
            {
                int at = context.Axis(Integers.At(axis, 0), shape.Rank);
                if (shape[at] % parts != 0 && shape[at] >= 0)
                    throw context.Mismatch($"dimension {at} to be a multiple of {parts}", $"{shape}", "Give the size of each part instead.");
                shape = shape.WithDimension(at, shape[at] < 0 ? -1 : shape[at] / parts);
            }
            else if (shape.HasRank)
            {
                shape = Shape.UnknownOfRank(shape.Rank);
            }

            for (int i = 0; i < parts; i++) context.SetOutput(i, shape);
        },
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            int parts = operation.Outputs.Count;
            return context =>
            {
                Value x = context.Input(1);
                int axis = Integers.Axis(context, 0, x.Shape.Rank);
                if (x.Shape[axis] % parts != 0)
                    throw context.Invalid($"Number of ways to split should evenly divide the split dimension, but got split_dim {axis} (size = {x.Shape[axis]}) and num_split {parts}");
                int size = x.Shape[axis] / parts;
                for (int i = 0; i < parts; i++) CopyPart(context, mover, x, axis, i, i * size, size);
            };
        },
        Gradient = context => [null, Op.Concat(Parts(context), context.X(0))],
        Source = "TF 1.14 Split, _SplitGrad",
    };

    /// <summary>Cuts a value into parts of given sizes.</summary>
    public static readonly OpCard SplitV = new("SplitV")
    {
        Summary = "Cuts a value along a dimension into parts of the given sizes; one size may be -1 and takes the rest.",
        Signature = "value: T, size_splits: Tlen, split_dim: int32 -> output: num_split * T",
        Attributes = "num_split: int >= 1; T: type; Tlen: index = int64",
        Shape = context =>
        {
            Shape shape = context.Input(0);
            if (shape.HasRank) shape = context.Constant(2) is { } axis
                ? shape.WithDimension(context.Axis(Integers.At(axis, 0), shape.Rank), -1)
                : Shape.UnknownOfRank(shape.Rank);
            for (int i = 0; i < context.OutputCount; i++) context.SetOutput(i, shape);
            if (shape.HasRank && context.Constant(2) is { } along && context.Constant(1) is { } sizes)
                SetPartShapes(context, context.Axis(Integers.At(along, 0), shape.Rank), sizes);
        },
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            return context =>
            {
                Value x = context.Input(0), sizes = context.Input(1);
                int axis = Integers.Axis(context, 2, x.Shape.Rank), parts = context.Operation.Outputs.Count;
                if (sizes.Length != parts) throw context.Invalid($"expected {parts} sizes, one per output, got {sizes}.");
                long rest = Rest(sizes, x.Shape[axis], out bool hasRest);
                if (hasRest ? rest < 0 : rest != 0)
                    throw context.Invalid($"Determined shape must either match input shape along split_dim exactly if fully specified, or be less than the size of the input along split_dim if not fully specified. Got: {sizes} for size {x.Shape[axis]}");
                int offset = 0;
                for (int i = 0; i < parts; i++)
                {
                    long size = Integers.At(sizes, i);
                    if (size < -1) throw context.Invalid($"expected sizes of 0 or more, or -1 for the rest, got {sizes}.");
                    CopyPart(context, mover, x, axis, i, offset, (int)(size < 0 ? rest : size));
                    offset += (int)(size < 0 ? rest : size);
                }
            };
        },
        Gradient = context => [Op.Concat(Parts(context), context.X(2)), null, null],
        Source = "TF 1.14 SplitV, _SplitVGrad",
    };

    /// <summary>Takes a value apart along a dimension, which vanishes.</summary>
    public static readonly OpCard Unpack = new("Unpack")
    {
        Summary = "Takes a value apart along a dimension, which vanishes: the inverse of Pack.",
        Signature = "value: T -> output: num * T",
        Attributes = "num: int >= 0; T: type; axis: int = 0",
        Shape = context =>
        {
            Shape shape = context.Input(0);
            if (shape.HasRank)
            {
                int axis = context.Axis(context["axis"].Int, shape.Rank);
                if (shape[axis] >= 0 && shape[axis] != context.OutputCount)
                    throw context.Mismatch($"dimension {axis} to be {context.OutputCount}", $"{shape}", "Ask for as many outputs as there are.");
                shape = Without(shape, axis);
            }

            for (int i = 0; i < context.OutputCount; i++) context.SetOutput(i, shape);
        },
        Constant = (operation, output) => ShapeVectors.Element(operation, output),
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            long axis = operation["axis"].Int;
            int count = operation.Outputs.Count;
            return context =>
            {
                Value x = context.Input(0);
                Shape shape = x.Shape;
                int at = Integers.Axis(context, axis, shape.Rank);
                if (shape[at] != count) throw context.Invalid($"expected dimension {at} to be {count}, got shape {shape}.");
                Shape part = Without(shape, at);
                int outer = Product(shape.Span[..at]), length = Product(shape.Span[(at + 1)..]);
                for (int i = 0; i < count; i++)
                    mover.Copy(x, context.Output(i, x.DType, part), Walks.Blocks(outer, length, (i * length, count * length), (0, length)));
            };
        },
        Gradient = context => [Op.Stack(Parts(context), (int)context.Operation["axis"].Int)],
        Source = "TF 1.14 Unpack, _UnpackGrad",
    };

    /// <summary>The gradients of all outputs, dense.</summary>
    private static Output[] Parts(GradientContext context) =>
        [.. Enumerable.Range(0, context.Operation.Outputs.Count).Select(i => context.DyAt(i)!)];

    private static void CopyPart(KernelContext context, Mover mover, Value x, int axis, int part, int start, int size)
    {
        Shape shape = x.Shape;
        int outer = Product(shape.Span[..axis]), inner = Product(shape.Span[(axis + 1)..]);
        if (size == shape[axis])
        {
            context.Forward(context.Operation.Type == "Split" ? 1 : 0, part);
            return;
        }

        Value y = context.Output(part, x.DType, shape.WithDimension(axis, size));
        mover.Copy(x, y, Walks.Blocks(outer, size * inner, (start * inner, shape[axis] * inner), (0, size * inner)));
    }

    private static void SetPartShapes(ShapeContext context, int axis, Value sizes)
    {
        if (sizes.Length != context.OutputCount)
            throw context.Mismatch($"{context.OutputCount} sizes, one per output", $"{sizes}");
        Shape shape = context.Input(0);
        long rest = Rest(sizes, shape[axis], out bool hasRest);
        if (shape[axis] >= 0 && (hasRest ? rest < 0 : rest != 0))
            throw context.Mismatch($"sizes that add up to dimension {axis} of {shape}", $"{sizes}", "Put -1 for one of them.");
        for (int i = 0; i < sizes.Length; i++)
        {
            long size = Integers.At(sizes, i);
            if (size < 0) size = shape[axis] < 0 ? -1 : rest;
            context.SetOutput(i, shape.WithDimension(axis, (int)size));
        }
    }

    /// <summary>What the given sizes leave of a dimension.</summary>
    private static long Rest(Value sizes, int whole, out bool hasRest)
    {
        long rest = whole;
        hasRest = false;
        for (int i = 0; i < sizes.Length; i++)
        {
            long size = Integers.At(sizes, i);
            if (size < 0) hasRest = true;
            else rest -= size;
        }

        return rest;
    }

    private static Shape Without(in Shape shape, int axis)
    {
        Span<int> dimensions = stackalloc int[shape.Rank - 1];
        shape.Span[..axis].CopyTo(dimensions);
        shape.Span[(axis + 1)..].CopyTo(dimensions[axis..]);
        return new Shape(dimensions);
    }
}

public static partial class Op
{
    /// <summary>Cuts <paramref name="value"/> into equal parts.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="parts">How many; 1 or more.</param>
    /// <param name="axis">The dimension that is cut, negative from the end. Default: the first.</param>
    /// <param name="name">The name; <c>split</c> when null.</param>
    /// <exception cref="ShapeMismatchException">The dimension is no multiple of <paramref name="parts"/>.</exception>
    public static IReadOnlyList<Output> Split(Output value, int parts, int axis = 0, string? name = null)
    {
        using NameScope scope = value.Graph.NameScope(name ?? "split");
        Output along = value.Graph.Constant(axis, "split_dim");
        return value.Graph.Add(Cards.Split, scope.Name + "/", [along, value], ("num_split", (long)parts)).Outputs;
    }

    /// <summary>Cuts <paramref name="value"/> into parts of these sizes.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="sizes">The size of each part; one may be -1 and takes the rest.</param>
    /// <param name="axis">The dimension that is cut, negative from the end. Default: the first.</param>
    /// <param name="name">The name; <c>split</c> when null.</param>
    /// <exception cref="ShapeMismatchException">The sizes do not add up.</exception>
    public static IReadOnlyList<Output> Split(Output value, int[] sizes, int axis = 0, string? name = null) =>
        Split(value, (Operand)sizes, axis, sizes.Length, name);

    /// <summary>Takes <paramref name="value"/> apart along a dimension, which vanishes.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="count">The size of the dimension; may be left out where it is known.</param>
    /// <param name="axis">The dimension, negative from the end. Default: the first.</param>
    /// <param name="name">The name; <c>unstack</c> when null.</param>
    /// <exception cref="GraphException">The size is not known.</exception>
    public static IReadOnlyList<Output> Unstack(Output value, int? count = null, int axis = 0, string? name = null)
    {
        Shape shape = value.Shape;
        int at = axis < 0 ? axis + shape.Rank : axis;
        int size = count ?? (at >= 0 && at < shape.Rank ? shape[at] : -1);
        if (size < 0)
            throw new GraphException("Unpack", name ?? "unstack", $"a known dimension {axis}", $"shape {shape}", "Give the count.");
        return value.Graph.Add(Cards.Unpack, name ?? "unstack", [value], ("num", (long)size), ("axis", (long)axis)).Outputs;
    }

    /// <summary>Cuts a value into parts whose sizes a vector states.</summary>
    internal static IReadOnlyList<Output> Split(Output value, Operand sizes, Operand axis, int count, string? name = null)
    {
        using NameScope scope = value.Graph.NameScope(name ?? "split");
        Output lengths = sizes.In(value.Graph, DType.Int32, "size_splits");
        return value.Graph.Add(Cards.SplitV, scope.Name + "/",
            [value, lengths, axis.In(value.Graph, DType.Int32, "split_dim")], ("num_split", (long)count)).Outputs;
    }
}
