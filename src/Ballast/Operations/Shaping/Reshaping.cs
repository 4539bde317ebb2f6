using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>The same elements under another shape.</summary>
    public static readonly OpCard Reshape = new("Reshape")
    {
        Summary = "The same elements in the same order under another shape; one dimension may be -1 and follows from the others.",
        Signature = "tensor: T, shape: Tshape -> output: T",
        Attributes = "T: type; Tshape: index = int32",
        Shape = ReshapedShape,
        PartialShape = operation => operation.Outputs[0].Shape is { Rank: 1 } ? ShapeVectors.Input(operation, 0) : null,
        Kernel = _ => context => context.Forward(0, 0, Reshaped(context)),
        Gradient = context => [Reshaped(context), null],
        Source = "TF 1.14 Reshape, _ReshapeGrad",
    };

    /// <summary>Inserts a dimension of size 1.</summary>
    public static readonly OpCard ExpandDims = new("ExpandDims")
    {
        Summary = "Inserts a dimension of size 1; a negative position counts from behind the last dimension.",
        Signature = "input: T, dim: Tdim -> output: T",
        Attributes = "T: type; Tdim: index = int32",
        Shape = context =>
        {
            Shape shape = context.Input(0);
            if (!shape.HasRank) context.SetUnknownOutputs();
            else if (context.Constant(1) is not { Length: 1 } dim) context.SetOutput(0, Shape.UnknownOfRank(shape.Rank + 1));
            else context.SetOutput(0, Expanded(shape, context.Axis(Integers.At(dim, 0), shape.Rank + 1)));
        },
        Kernel = _ => context =>
        {
            Shape shape = context.Input(0).Shape;
            context.Forward(0, 0, Expanded(shape, Integers.Axis(context, 1, shape.Rank + 1)));
        },
        Gradient = context => [Reshaped(context), null],
        Source = "TF 1.14 ExpandDims, _ExpandDimsGrad",
    };

    /// <summary>Removes dimensions of size 1.</summary>
    public static readonly OpCard Squeeze = new("Squeeze")
    {
        Summary = "Removes the named dimensions, which must have size 1; all of size 1 when none are named.",
        Signature = "input: T -> output: T",
        Attributes = "T: type; squeeze_dims: list(int) >= 0 = []",
        Shape = context =>
        {
            Shape shape = context.Input(0);
            ImmutableArray<AttributeValue> axes = context["squeeze_dims"].List;
            if (!shape.HasRank || (axes.IsEmpty && !shape.IsFullyKnown)) context.SetUnknownOutputs();
            else
            {
                int mask = 0;
                foreach (AttributeValue axis in axes) mask |= 1 << context.Axis(axis.Int, shape.Rank);
                context.SetOutput(0, TrySqueeze(shape, mask, out Shape squeezed)
                    ? squeezed
                    : throw context.Mismatch($"dimensions of 1 at {context["squeeze_dims"]}", $"shape {shape}", "Squeeze other dimensions."));
            }
        },
        Kernel = operation =>
        {
            ImmutableArray<AttributeValue> axes = operation["squeeze_dims"].List;
            return context =>
            {
                Shape shape = context.Input(0).Shape;
                int mask = 0;
                foreach (AttributeValue axis in axes) mask |= 1 << Integers.Axis(context, axis.Int, shape.Rank);
                context.Forward(0, 0, TrySqueeze(shape, mask, out Shape squeezed)
                    ? squeezed
                    : throw context.Invalid($"expected dimensions of 1 at {operation["squeeze_dims"]}, got shape {shape}."));
            };
        },
        Gradient = context => [Reshaped(context)],
        Source = "TF 1.14 Squeeze, _SqueezeGrad",
    };

    /// <summary>The upstream gradient in the shape of input 0.</summary>
    private static Output Reshaped(GradientContext context) => Op.Reshape(context.Dy, Op.Shape(context.X()));

    private static void ReshapedShape(ShapeContext context)
    {
        Shape input = context.Input(0), target = context.InputAsShape(1);
        if (context.Constant(1) is { } stated) CheckTarget(context, stated);
        if (input.IsFullyKnown && target.HasRank)
        {
            long known = 1;
            int unknown = -1, unknowns = 0;
            for (int i = 0; i < target.Rank; i++)
            {
                if (target[i] >= 0) known *= target[i];
                else (unknown, unknowns) = (i, unknowns + 1);
            }

            long count = input.ElementCount;
            if (unknowns == 0 ? known != count : known > 0 && count % known != 0)
                throw context.Mismatch($"a shape of {count} elements, as {input} has", $"{target}", "Change the shape, or put -1 for one dimension.");
            if (unknowns == 1 && known > 0) target = target.WithDimension(unknown, checked((int)(count / known)));
        }

        context.SetOutput(0, target);
    }

    private static void CheckTarget(ShapeContext context, Value target)
    {
        int free = 0;
        for (int i = 0; i < target.Length; i++)
        {
            long size = Integers.At(target, i);
            if (size < -1) throw context.Mismatch("dimensions of 0 or more, or -1 for one that follows", $"{size}");
            if (size == -1 && ++free > 1) throw context.Mismatch("at most one dimension of -1", $"{target}");
        }
    }

    private static Shape Reshaped(KernelContext context)
    {
        Value input = context.Input(0), target = context.Input(1);
        if (target.Shape.Rank != 1 || target.Length > Shape.MaxRank)
            throw context.Invalid($"expected a vector of at most {Shape.MaxRank} dimensions, got {target}.");
        Span<int> dimensions = stackalloc int[target.Length];
        long known = 1;
        int free = -1;
        for (int i = 0; i < dimensions.Length; i++)
        {
            long size = Integers.At(target, i);
            dimensions[i] = size is >= -1 and <= int.MaxValue
                ? (int)size
                : throw context.Invalid($"Size {i} must be non-negative, not {size}");
            if (size >= 0) known *= size;
            else if (free >= 0) throw context.Invalid($"Only one input size may be -1, not both {free} and {i}");
            else free = i;
        }

        if (free >= 0)
        {
            if (known == 0)
                throw context.Invalid("reshape cannot infer the missing input size for an empty tensor unless all specified input sizes are non-zero");
            if (input.Length % known != 0)
                throw context.Invalid($"Input to reshape is a tensor with {input.Length} values, but the requested shape requires a multiple of {known}");
            dimensions[free] = (int)(input.Length / known);
        }
        else if (known != input.Length)
        {
            throw context.Invalid($"Input to reshape is a tensor with {input.Length} values, but the requested shape has {known}");
        }

        return new Shape(dimensions);
    }

    private static Shape Expanded(in Shape shape, int axis)
    {
        Span<int> dimensions = stackalloc int[shape.Rank + 1];
        shape.Span[..axis].CopyTo(dimensions);
        dimensions[axis] = 1;
        shape.Span[axis..].CopyTo(dimensions[(axis + 1)..]);
        return new Shape(dimensions);
    }

    private static bool TrySqueeze(in Shape shape, int mask, out Shape squeezed)
    {
        Span<int> dimensions = stackalloc int[shape.Rank];
        int kept = 0;
        squeezed = shape;
        for (int i = 0; i < shape.Rank; i++)
        {
            bool named = (mask & (1 << i)) != 0;
            if (named && shape[i] is not (1 or -1)) return false;
            if (!named && (mask != 0 || shape[i] != 1)) dimensions[kept++] = shape[i];
        }

        squeezed = new Shape(dimensions[..kept]);
        return true;
    }
}

public static partial class Op
{
    /// <summary>The same elements in the same order under another shape.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="shape">An int32 or int64 vector; one dimension may be -1 and follows from the others.</param>
    /// <param name="name">The name; the type when null.</param>
    /// <exception cref="ShapeMismatchException">The number of elements differs.</exception>
    public static Output Reshape(Output x, Operand shape, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "Reshape");
        return x.Graph.Add(Cards.Reshape, scope.Name + "/", [x, shape.In(x.Graph, DType.Int32, "shape")]).Output;
    }

    /// <summary>The same elements in the same order under another shape: <c>Op.Reshape(x, -1, 784)</c>.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="shape">The dimensions; one may be -1 and follows from the others. None for a scalar.</param>
    /// <exception cref="ShapeMismatchException">The number of elements differs.</exception>
    [OverloadResolutionPriority(1)]
    public static Output Reshape(Output x, params ReadOnlySpan<int> shape) => Reshape(x, (Operand)shape.ToArray());

    /// <summary>Inserts a dimension of size 1.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="axis">Where the new dimension will stand; -1 puts it last.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output ExpandDims(Output x, Operand axis, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "ExpandDims");
        return x.Graph.Add(Cards.ExpandDims, scope.Name + "/", [x, axis.In(x.Graph, DType.Int32, "dim")]).Output;
    }

    /// <summary>Removes dimensions of size 1.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="axes">Which ones, negative from the end; all of size 1 when null or empty.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output Squeeze(Output x, int[]? axes = null, string? name = null) =>
        x.Graph.Add(Cards.Squeeze, name, [x], ("squeeze_dims", axes ?? [])).Output;
}
