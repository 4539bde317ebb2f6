using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    private const string SliceMasks =
        "T: type; Index: index; begin_mask: int = 0; end_mask: int = 0; ellipsis_mask: int = 0; new_axis_mask: int = 0; shrink_axis_mask: int = 0";

    /// <summary>NumPy's slicing: ranges with steps, single indices, new dimensions, an ellipsis.</summary>
    public static readonly OpCard StridedSlice = new("StridedSlice")
    {
        Summary = "NumPy's slicing: begin, end and stride for each dimension; masks drop bounds, insert and remove dimensions.",
        Signature = "input: T, begin: Index, end: Index, strides: Index -> output: T",
        Attributes = SliceMasks,
        Shape = context =>
        {
            Shape input = context.Input(0), count = context.Merge(context.WithRank(1, 1), context.WithRank(3, 1), "vectors of one length");
            var spec = new SliceSpec(context.Operation, stackalloc int[Shape.MaxRank], stackalloc int[Shape.MaxRank], stackalloc int[Shape.MaxRank]);
            if (!input.HasRank || count[0] < 0) context.SetUnknownOutputs();
            else if (spec.Resolve(input, count[0], context.Constant(1), context.Constant(2), context.Constant(3)) is { } fault)
                throw context.Mismatch($"a slice of {input}", fault);
            else context.SetOutput(0, spec.Result);
        },
        PartialShape = operation => operation.Outputs[0].Shape.Rank == 1 ? PickedDimensions(operation) : null,
        Constant = (operation, _) => operation.Outputs[0].Shape.IsScalar && PickedDimensions(operation) is { } picked && picked[0] >= 0
            ? Integers.Of(picked[0], operation.Outputs[0].DType)
            : null,
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            return context =>
            {
                Value x = context.Input(0);
                SliceSpec spec = Resolved(context, x.Shape,
                    stackalloc int[Shape.MaxRank], stackalloc int[Shape.MaxRank], stackalloc int[Shape.MaxRank]);
                StridedWalk walk = Walks.Window(x.Shape, spec.First, spec.Steps, new Shape(spec.Sizes));
                if (walk.Length == x.Length && walk.IsIdentity) context.Forward(0, 0, spec.Result);
                else mover.Copy(x, context.Output(0, x.DType, spec.Result), walk);
            };
        },
        Gradient = StridedSliceGradient,
        Source = "TF 1.14 StridedSlice, _StridedSliceGrad",
    };

    /// <summary>Puts a gradient back to where a strided slice was taken, zeros elsewhere.</summary>
    public static readonly OpCard StridedSliceGrad = new("StridedSliceGrad")
    {
        Summary = "A value of the given shape that holds dy where the slice was taken and zeros elsewhere.",
        Signature = "shape: Index, begin: Index, end: Index, strides: Index, dy: T -> output: T",
        Attributes = SliceMasks,
        Shape = context => context.SetOutput(0, context.InputAsShape(0)),
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            return context =>
            {
                Shape shape = Integers.ToShape(context, 0);
                SliceSpec spec = Resolved(context, shape,
                    stackalloc int[Shape.MaxRank], stackalloc int[Shape.MaxRank], stackalloc int[Shape.MaxRank]);
                Value dy = context.Input(4);
                if (dy.Shape != spec.Result) throw context.Invalid($"shape of dy was {dy.Shape} instead of {spec.Result}");
                Value dx = context.Output(0, dy.DType, shape);
                mover.Fill(dx);
                mover.Copy(dy, dx, Walks.Window(shape, spec.First, spec.Steps, new Shape(spec.Sizes)).Reversed());
            };
        },
        Gradient = context => [null, null, null, null, context.Graph.Add(StridedSlice, null,
            [context.Dy, context.X(1), context.X(2), context.X(3)], Masks(context.Operation)).Output],
        Source = "TF 1.14 StridedSliceGrad, _StridedSliceGradGrad",
    };

    private static Gradient?[] StridedSliceGradient(GradientContext context)
    {
        Output begin = context.X(1), shape = Op.Shape(context.X(), begin.DType);
        return [context.Graph.Add(StridedSliceGrad, null, [shape, begin, context.X(2), context.X(3), context.Dy],
            Masks(context.Operation)).Output, null, null, null];
    }

    private static (string, AttributeValue)[] Masks(Operation operation) =>
        [.. operation.Attributes.Where(a => a.Key.EndsWith("_mask", StringComparison.Ordinal)).Select(a => (a.Key, a.Value))];

    private static SliceSpec Resolved(KernelContext context, in Shape shape, Span<int> first, Span<int> steps, Span<int> sizes)
    {
        Value begin = context.Input(1), end = context.Input(2), strides = context.Input(3);
        if (begin.Shape.Rank != 1 || end.Shape != begin.Shape || strides.Shape != begin.Shape || begin.Length > 32)
            throw context.Invalid($"Expected begin, end, and strides to be 1D equal size tensors, but got shapes {begin.Shape}, {end.Shape}, and {strides.Shape} instead.");
        var spec = new SliceSpec(context.Operation, first, steps, sizes);
        return spec.Resolve(shape, begin.Length, begin, end, strides) is { } fault ? throw context.Invalid(fault) : spec;
    }

    /// <summary>What a slice of a vector of dimensions picks.</summary>
    private static Shape? PickedDimensions(Operation operation)
    {
        if (operation.Inputs[0].DType is not (DType.Int32 or DType.Int64) || operation.Inputs[0].Shape.Rank != 1
            || ShapeVectors.Input(operation, 0) is not { } shape
            || ConstantFolding.ValueOf(operation.Inputs[1]) is not { } begin || ConstantFolding.ValueOf(operation.Inputs[2]) is not { } end
            || ConstantFolding.ValueOf(operation.Inputs[3]) is not { } strides)
            return null;
        var spec = new SliceSpec(operation, stackalloc int[Shape.MaxRank], stackalloc int[Shape.MaxRank], stackalloc int[Shape.MaxRank]);
        if (spec.Resolve(Shape.Vector(shape.Rank), begin.Length, begin, end, strides) is not null || spec.Sizes[0] > Shape.MaxRank) return null;
        Span<int> picked = stackalloc int[spec.Sizes[0]];
        for (int i = 0; i < picked.Length; i++) picked[i] = shape[spec.First[0] + (i * spec.Steps[0])];
        return new Shape(picked);
    }
}

public static partial class Op
{
    /// <summary>
    /// NumPy's slicing: <c>Op.StridedSlice(x, 1..^1, 0, SliceIndex.Ellipsis)</c> is Python's <c>x[1:-1, 0, ...]</c>.
    /// </summary>
    /// <param name="x">A value of at least as many dimensions as are indexed.</param>
    /// <param name="indices">One per dimension from the first on: a range, an index (whose dimension vanishes), or a <see cref="SliceIndex"/>.</param>
    /// <exception cref="ShapeMismatchException">An index is out of range, or there are more than dimensions.</exception>
    public static Output StridedSlice(Output x, params ReadOnlySpan<SliceIndex> indices)
    {
        var (begin, end, strides) = (new int[indices.Length], new int[indices.Length], new int[indices.Length]);
        long beginMask = 0, endMask = 0, ellipsisMask = 0, newAxisMask = 0, shrinkMask = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            SliceIndex index = indices[i];
            long bit = 1L << i;
            (begin[i], end[i], strides[i]) = (index.Begin ?? 0, index.End ?? 0, index.Step);
            if (index.Kind == SliceIndexKind.Ellipsis) ellipsisMask |= bit;
            else if (index.Kind == SliceIndexKind.NewAxis) newAxisMask |= bit;
            else if (index.Kind == SliceIndexKind.Single) shrinkMask |= bit;
            if (index.Kind != SliceIndexKind.Range) continue;
            if (index.Begin is null) beginMask |= bit;
            if (index.End is null) endMask |= bit;
        }

        using NameScope scope = x.Graph.NameScope("strided_slice");
        Output[] bounds = [x.Graph.Constant(begin, "stack"), x.Graph.Constant(end, "stack_1"), x.Graph.Constant(strides, "stack_2")];
        return x.Graph.Add(Cards.StridedSlice, scope.Name + "/", [x, .. bounds], ("begin_mask", beginMask), ("end_mask", endMask),
            ("ellipsis_mask", ellipsisMask), ("new_axis_mask", newAxisMask), ("shrink_axis_mask", shrinkMask)).Output;
    }

    /// <summary>Every <paramref name="strides"/>-th element from <paramref name="begin"/> up to but without <paramref name="end"/>.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="begin">Where to begin in each dimension from the first on, negative from the end.</param>
    /// <param name="end">Where to stop, negative from the end.</param>
    /// <param name="strides">The distances; ones when null. Negative walks backwards.</param>
    /// <param name="name">The name; the type when null.</param>
    /// <exception cref="ShapeMismatchException">There are more bounds than dimensions, or a stride is 0.</exception>
    public static Output StridedSlice(Output x, Output begin, Output end, Output? strides = null, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "StridedSlice");
        return x.Graph.Add(Cards.StridedSlice, scope.Name + "/", [x, begin, end, strides ?? OnesLike(begin)]).Output;
    }
}
