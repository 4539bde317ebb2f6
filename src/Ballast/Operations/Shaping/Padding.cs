using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Surrounds a value with zeros.</summary>
    public static readonly OpCard Pad = Padding("Pad", "input: T, paddings: Tpaddings -> output: T");

    /// <summary>Surrounds a value with copies of one number.</summary>
    public static readonly OpCard PadV2 = Padding("PadV2", "input: T, paddings: Tpaddings, constant_values: T -> output: T");

    private static OpCard Padding(string type, string signature) => new(type)
    {
        Summary = "Surrounds a value: paddings[i] says how many elements come before and after in dimension i.",
        Signature = signature,
        Attributes = "T: type; Tpaddings: index = int32",
        Shape = context => PaddedShape(context, reflects: null),
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            return context =>
            {
                Value x = context.Input(0);
                Span<int> before = stackalloc int[x.Shape.Rank];
                Shape shape = PaddedShape(context, before);
                if (shape == x.Shape)
                {
                    context.Forward(0, 0);
                    return;
                }

                Value y = context.Output(0, x.DType, shape);
                mover.Fill(y, context.InputCount > 2 ? context.Input(2) : null);
                mover.Copy(x, y, Walks.Window(shape, before, [], x.Shape).Reversed());
            };
        },
        Gradient = context =>
        {
            // The first column of the paddings is where the input stands in the output.
            Output x = context.X(), paddings = context.X(1);
            Output size = Op.Stack([Op.Rank(x), context.Graph.Constant(1)]);
            Output begin = Op.Reshape(Op.Slice(paddings, context.Graph.Constant(Value.From<int>([0, 0], Shape.Vector(2))), size), -1);
            Gradient dx = Op.Slice(context.Dy, begin, Op.Shape(x, begin.DType));
            return context.Operation.Inputs.Count > 2 ? [dx, null, null] : [dx, null];
        },
        Source = $"TF 1.14 {type}, _PadGrad",
    };

    /// <summary>The shape after padding; with <paramref name="reflects"/> set, a border may be no wider than what it mirrors.</summary>
    private static void PaddedShape(ShapeContext context, bool? reflects)
    {
        Shape shape = context.Input(0), table = context.WithRank(1, 2);
        if (!shape.HasRank && table[0] is >= 0 and <= Shape.MaxRank) shape = Shape.UnknownOfRank(table[0]);
        if (!shape.HasRank)
        {
            context.SetUnknownOutputs();
            return;
        }

        _ = context.Merge(table, [shape.Rank, 2], "one pair of paddings for each dimension");
        if (context.Constant(1) is not { } paddings)
        {
            context.SetOutput(0, Shape.UnknownOfRank(shape.Rank));
            return;
        }

        Span<int> dimensions = stackalloc int[shape.Rank];
        for (int i = 0; i < dimensions.Length; i++)
        {
            long before = Integers.At(paddings, 2 * i), after = Integers.At(paddings, (2 * i) + 1);
            if (before < 0 || after < 0)
                throw context.Mismatch("paddings of 0 or more", $"{before} and {after} for dimension {i}", "Slice to remove elements.");
            if (reflects is { } mirrored && shape[i] >= 0 && Math.Max(before, after) > shape[i] - (mirrored ? 1 : 0))
                throw context.Mismatch($"paddings within the {shape[i]} elements of dimension {i}", $"{before} and {after}");
            dimensions[i] = shape[i] < 0 ? -1 : checked((int)(shape[i] + before + after));
        }

        context.SetOutput(0, new Shape(dimensions));
    }

    private static Shape PaddedShape(KernelContext context, Span<int> before)
    {
        Shape shape = context.Input(0).Shape;
        Value paddings = context.Input(1);
        if (paddings.Length != 2 * shape.Rank)
            throw context.Invalid($"The first dimension of paddings must be the rank of inputs, got {paddings.Shape} and {shape}");
        Span<int> dimensions = stackalloc int[shape.Rank];
        for (int i = 0; i < dimensions.Length; i++)
        {
            long first = Integers.At(paddings, 2 * i), last = Integers.At(paddings, (2 * i) + 1);
            if (first < 0 || last < 0) throw context.Invalid($"Paddings must be non-negative: {first} {last}");
            before[i] = checked((int)first);
            dimensions[i] = checked((int)(shape[i] + first + last));
        }

        return new Shape(dimensions);
    }
}

public static partial class Op
{
    /// <summary>Surrounds <paramref name="x"/> with a constant.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="paddings">An int matrix, a row per dimension: how many elements come before and after.</param>
    /// <param name="constant">The number; 0 when null, and then the operation is Pad, else PadV2.</param>
    /// <param name="name">The name; the type when null.</param>
    /// <exception cref="ShapeMismatchException">A padding is negative, or there is not one pair per dimension.</exception>
    public static Output Pad(Output x, Operand paddings, Operand? constant = null, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? (constant is null ? "Pad" : "PadV2"));
        Output widths = paddings.In(x.Graph, DType.Int32, "paddings");
        return constant is null
            ? x.Graph.Add(Cards.Pad, scope.Name + "/", [x, widths]).Output
            : x.Graph.Add(Cards.PadV2, scope.Name + "/", [x, widths, constant.Value.In(x.Graph, x.DType, "constant_values")]).Output;
    }
}
