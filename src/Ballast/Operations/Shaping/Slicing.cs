using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Cuts a block out of a value.</summary>
    public static readonly OpCard Slice = new("Slice")
    {
        Summary = "Cuts a block out of a value: from begin on, of the given size; a size of -1 reaches to the end.",
        Signature = "input: T, begin: Index, size: Index -> output: T",
        Attributes = "T: type; Index: index",
        Shape = SlicedShape,
        PartialShape = operation => SlicedVector(operation),
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            return context =>
            {
                Value x = context.Input(0);
                Span<int> begin = stackalloc int[x.Shape.Rank];
                Shape shape = SlicedShape(context, begin);
                if (shape == x.Shape) context.Forward(0, 0);
                else mover.Copy(x, context.Output(0, x.DType, shape), Walks.Window(x.Shape, begin, [], shape));
            };
        },
        Gradient = context =>
        {
            Output column = Op.Stack([Op.Rank(context.X()), context.Graph.Constant(1)]);
            Output begin = context.X(1);
            Output after = Op.Subtract(Op.Subtract(Op.Shape(context.X(), begin.DType), Op.Shape(context.Y(), begin.DType)), begin);
            Output paddings = Op.Concat([Op.Reshape(begin, column), Op.Reshape(after, column)], 1);
            return [Op.Pad(context.Dy, paddings), null, null];
        },
        Source = "TF 1.14 Slice, _SliceGrad",
    };

    private static void SlicedShape(ShapeContext context)
    {
        Shape shape = context.Input(0), sizes = context.InputAsShape(2);
        if (!shape.HasRank && sizes.HasRank) shape = Shape.UnknownOfRank(sizes.Rank);
        if (!shape.HasRank)
        {
            context.SetUnknownOutputs();
            return;
        }

        Value? begins = context.Constant(1), stated = context.Constant(2);
        if ((begins?.Length ?? shape.Rank) != shape.Rank || (stated?.Length ?? shape.Rank) != shape.Rank)
            throw context.Mismatch($"one begin and one size for each dimension of {shape}", $"{begins} and {stated}");
        Span<int> dimensions = stackalloc int[shape.Rank];
        for (int i = 0; i < dimensions.Length; i++)
        {
            long begin = begins is null ? -1 : Integers.At(begins, i);
            long size = stated is not null ? Integers.At(stated, i) : sizes.HasRank && sizes.Rank == shape.Rank ? sizes[i] : -1;
            if (stated is not null && size == -1 && begins is not null && shape[i] >= 0) size = shape[i] - begin;
            if (shape[i] >= 0 && size >= 0 && Math.Max(begin, 0) + size > shape[i])
                throw context.Mismatch($"a slice inside dimension {i} of {shape}", $"begin {begin} and size {size}", "Use a size of -1 to reach to the end.");
            dimensions[i] = (int)Math.Max(size, -1);
        }

        context.SetOutput(0, new Shape(dimensions));
    }

    private static Shape SlicedShape(KernelContext context, Span<int> begin)
    {
        Value begins = context.Input(1), sizes = context.Input(2);
        Shape shape = context.Input(0).Shape;
        if (begins.Length != shape.Rank || sizes.Length != shape.Rank)
            throw context.Invalid($"Expected begin and size arguments to be 1-D tensors of size {shape.Rank}, but got shapes {begins.Shape} and {sizes.Shape} instead.");
        Span<int> dimensions = stackalloc int[shape.Rank];
        for (int i = 0; i < dimensions.Length; i++)
        {
            long first = Integers.At(begins, i), size = Integers.At(sizes, i);
            if (size == -1) size = shape[i] - first;
            if (first < 0 || first > shape[i])
                throw context.Invalid($"Expected begin[{i}] in [0, {shape[i]}], but got {first}");
            if (size < 0 || first + size > shape[i])
                throw context.Invalid($"Expected size[{i}] in [0, {shape[i] - first}], but got {size}");
            (begin[i], dimensions[i]) = ((int)first, (int)size);
        }

        return new Shape(dimensions);
    }

    private static Shape? SlicedVector(Operation operation)
    {
        if (ShapeVectors.Input(operation, 0) is not { } shape || operation.Outputs[0].Shape.Rank != 1
            || ConstantFolding.ValueOf(operation.Inputs[1]) is not { } begin || ConstantFolding.ValueOf(operation.Inputs[2]) is not { } size)
            return null;
        int first = (int)Integers.At(begin, 0), count = (int)Integers.At(size, 0);
        return shape.Slice(first, count < 0 ? shape.Rank - first : count);
    }
}

public static partial class Op
{
    /// <summary>Cuts a block out of <paramref name="x"/>.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="begin">The first element in each dimension.</param>
    /// <param name="size">The number of elements in each dimension; -1 reaches to the end.</param>
    /// <param name="name">The name; the type when null.</param>
    /// <exception cref="ShapeMismatchException">The block leaves the value.</exception>
    public static Output Slice(Output x, Operand begin, Operand size, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "Slice");
        return x.Graph.Add(Cards.Slice, scope.Name + "/",
            [x, begin.In(x.Graph, DType.Int32, "begin"), size.In(x.Graph, DType.Int32, "size")]).Output;
    }
}
