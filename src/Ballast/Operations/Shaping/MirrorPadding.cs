using System.Numerics;
using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    private const string MirrorAttributes = "T: type; Tpaddings: index = int32; mode: {'REFLECT', 'SYMMETRIC'}";

    /// <summary>Surrounds a value with its mirror image.</summary>
    public static readonly OpCard MirrorPad = new("MirrorPad")
    {
        Summary = "Surrounds a value with its mirror image; REFLECT leaves out the outermost element, SYMMETRIC repeats it.",
        Signature = "input: T, paddings: Tpaddings -> output: T",
        Attributes = MirrorAttributes,
        Shape = context => PaddedShape(context, reflects: context["mode"].String == "REFLECT"),
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            bool reflects = operation["mode"].String == "REFLECT";
            return context =>
            {
                Value x = context.Input(0);
                Span<int> before = stackalloc int[x.Shape.Rank];
                Shape shape = PaddedShape(context, before);
                CheckMirror(context, shape, x.Shape, before, reflects);
                Value y = context.Output(0, x.DType, shape);
                mover.Copy(x, y, Walks.Window(shape, before, [], x.Shape).Reversed());
                for (int axis = 0; axis < shape.Rank; axis++)
                {
                    mover.Copy(y, y, Walks.Mirrored(shape, x.Shape, before, axis, isBefore: true, reflects));
                    mover.Copy(y, y, Walks.Mirrored(shape, x.Shape, before, axis, isBefore: false, reflects));
                }
            };
        },
        Gradient = MirrorPadGradient,
        Source = "TF 1.14 MirrorPad, _MirrorPadGrad",
    };

    /// <summary>Folds the borders of a mirrored padding back.</summary>
    public static readonly OpCard MirrorPadGrad = new("MirrorPadGrad")
    {
        Summary = "The inside of a padded value with each border element added to the one that it mirrors.",
        Signature = "input: T, paddings: Tpaddings -> output: T",
        Attributes = MirrorAttributes,
        Shape = context =>
        {
            Shape shape = context.Input(0);
            if (!shape.HasRank || context.Constant(1) is not { } paddings)
            {
                context.SetOutput(0, shape.HasRank ? Shape.UnknownOfRank(shape.Rank) : shape);
                return;
            }

            _ = context.Merge(context.WithRank(1, 2), [shape.Rank, 2], "one pair of paddings for each dimension");
            for (int i = 0; i < shape.Rank; i++)
            {
                long inner = shape[i] - Integers.At(paddings, 2 * i) - Integers.At(paddings, (2 * i) + 1);
                if (shape[i] >= 0 && inner < 0) throw context.Mismatch($"paddings within dimension {i} of {shape}", $"{paddings}");
                shape = shape.WithDimension(i, shape[i] < 0 ? -1 : (int)inner);
            }

            context.SetOutput(0, shape);
        },
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            Folding fold = FoldingOf(operation["T"].Type);
            bool reflects = operation["mode"].String == "REFLECT";
            return context =>
            {
                Value dy = context.Input(0);
                Span<int> before = stackalloc int[dy.Shape.Rank];
                Shape inner = InnerShape(context, before);
                CheckMirror(context, dy.Shape, inner, before, reflects);
                fold(context, mover, inner, before, reflects);
            };
        },
        Gradient = context => [Op.MirrorPad(context.Dy, context.X(1), context.Operation["mode"].String == "REFLECT"), null],
        Source = "TF 1.14 MirrorPadGrad, _MirrorPadGradGrad",
    };

    private static Gradient?[] MirrorPadGradient(GradientContext context) =>
        [context.Graph.Add(MirrorPadGrad, null, [context.Dy, context.X(1)], ("mode", context.Operation["mode"])).Output, null];

    private delegate void Folding(KernelContext context, Mover mover, in Shape inner, ReadOnlySpan<int> before, bool reflects);

    private static Folding FoldingOf(DType dtype) => dtype switch
    {
        DType.Float32 => Fold<float>,
        DType.Float64 => Fold<double>,
        DType.Int32 => Fold<int>,
        DType.Int64 => Fold<long>,
        DType.Float16 => FoldNarrow<Half>,
        DType.BFloat16 => FoldNarrow<BFloat16>,
        _ => throw new NotSupportedException($"Expected floating numbers, int32 or int64, got {dtype.Name()}. Cast the input."),
    };

    private static void Fold<T>(KernelContext context, Mover mover, in Shape inner, ReadOnlySpan<int> before, bool reflects)
        where T : unmanaged, IAdditionOperators<T, T, T>
    {
        Value dy = context.Input(0), sum = context.Temporary(dy.DType, dy.Shape);
        dy.Bytes.CopyTo(sum.Bytes);
        Fold(sum.Elements<T>(), dy.Shape, inner, before, reflects);
        mover.Copy(sum, context.Output(0, dy.DType, inner), Walks.Window(dy.Shape, before, [], inner));
    }

    private static void FoldNarrow<T>(KernelContext context, Mover mover, in Shape inner, ReadOnlySpan<int> before, bool reflects)
        where T : unmanaged
    {
        Value dy = context.Input(0), wide = context.Temporary(DType.Float32, dy.Shape), sum = context.Temporary(dy.DType, dy.Shape);
        Kernels.Widening.Widen(dy.Span<T>(), wide.Elements<float>());
        Fold(wide.Elements<float>(), dy.Shape, inner, before, reflects);
        Kernels.Widening.Narrow(wide.Span<float>(), sum.Elements<T>());
        mover.Copy(sum, context.Output(0, dy.DType, inner), Walks.Window(dy.Shape, before, [], inner));
    }

    /// <summary>Undoes the mirroring from the last dimension to the first, as padding went from the first to the last.</summary>
    private static void Fold<T>(Span<T> sum, in Shape padded, in Shape inner, ReadOnlySpan<int> before, bool reflects)
        where T : unmanaged, IAdditionOperators<T, T, T>
    {
        for (int axis = padded.Rank - 1; axis >= 0; axis--)
        {
            StridedSum.AddBack(sum, Walks.Mirrored(padded, inner, before, axis, isBefore: false, reflects));
            StridedSum.AddBack(sum, Walks.Mirrored(padded, inner, before, axis, isBefore: true, reflects));
        }
    }

    private static Shape InnerShape(KernelContext context, Span<int> before)
    {
        Shape shape = context.Input(0).Shape;
        Value paddings = context.Input(1);
        if (paddings.Length != 2 * shape.Rank)
            throw context.Invalid($"The first dimension of paddings must be the rank of inputs, got {paddings.Shape} and {shape}");
        Span<int> dimensions = stackalloc int[shape.Rank];
        for (int i = 0; i < dimensions.Length; i++)
        {
            long first = Integers.At(paddings, 2 * i), last = Integers.At(paddings, (2 * i) + 1);
            if (first < 0 || last < 0 || first + last > shape[i]) throw context.Invalid($"Paddings must be within [0, {shape[i]}]: {first} {last}");
            (before[i], dimensions[i]) = ((int)first, (int)(shape[i] - first - last));
        }

        return new Shape(dimensions);
    }

    private static void CheckMirror(KernelContext context, in Shape padded, in Shape inner, ReadOnlySpan<int> before, bool reflects)
    {
        for (int i = 0; i < padded.Rank; i++)
        {
            int widest = Math.Max(before[i], padded[i] - inner[i] - before[i]);
            if (widest > 0 && widest > inner[i] - (reflects ? 1 : 0))
                throw context.Invalid($"paddings must be {(reflects ? "less than" : "no greater than")} the dimension size: {widest} for {inner[i]}");
        }
    }
}

public static partial class Op
{
    /// <summary>Surrounds <paramref name="x"/> with its mirror image.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="paddings">An int matrix, a row per dimension: how many elements come before and after.</param>
    /// <param name="reflects">True: the outermost element is not repeated (REFLECT). False: it is (SYMMETRIC).</param>
    /// <param name="name">The name; the type when null.</param>
    /// <exception cref="ShapeMismatchException">A border is wider than what it mirrors.</exception>
    public static Output MirrorPad(Output x, Operand paddings, bool reflects = true, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "MirrorPad");
        return x.Graph.Add(Cards.MirrorPad, scope.Name + "/", [x, paddings.In(x.Graph, DType.Int32, "paddings")],
            ("mode", reflects ? "REFLECT" : "SYMMETRIC")).Output;
    }
}
