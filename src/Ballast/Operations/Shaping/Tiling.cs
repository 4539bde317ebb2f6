using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Repeats a value side by side.</summary>
    public static readonly OpCard Tile = new("Tile")
    {
        Summary = "Copies of the input side by side, multiples[i] of them in dimension i.",
        Signature = "input: T, multiples: Tmultiples -> output: T",
        Attributes = "T: type; Tmultiples: index = int32",
        Shape = context =>
        {
            Shape shape = context.Input(0), multiples = context.InputAsShape(1);
            if (!shape.HasRank && multiples.HasRank) shape = Shape.UnknownOfRank(multiples.Rank);
            if (!shape.HasRank)
            {
                context.SetUnknownOutputs();
                return;
            }

            if (multiples.HasRank && multiples.Rank != shape.Rank)
                throw context.Mismatch($"one multiple for each dimension of {shape}", $"{multiples.Rank}");
            Span<int> dimensions = stackalloc int[shape.Rank];
            for (int i = 0; i < dimensions.Length; i++)
            {
                int multiple = multiples.HasRank ? multiples[i] : -1;
                dimensions[i] = shape[i] < 0 || multiple < 0 ? -1 : checked(shape[i] * multiple);
            }

            context.SetOutput(0, new Shape(dimensions));
        },
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            return context =>
            {
                Value x = context.Input(0);
                Shape multiples = Integers.ToShape(context, 1);
                if (multiples.Rank != x.Shape.Rank)
                    throw context.Invalid($"Expected multiples argument to be a vector of length {x.Shape.Rank} but got length {multiples.Rank}");
                Span<int> dimensions = stackalloc int[x.Shape.Rank];
                for (int i = 0; i < dimensions.Length; i++) dimensions[i] = checked(x.Shape[i] * multiples[i]);
                var shape = new Shape(dimensions);
                if (shape == x.Shape) context.Forward(0, 0);
                else mover.Copy(x, context.Output(0, x.DType, shape), Walks.Tiled(x.Shape, multiples.Span));
            };
        },
        Gradient = context => [TileGradient(context.X(), context.X(1), context.Dy), null],
        Source = "TF 1.14 Tile, _TileGrad",
    };

    /// <summary>Repeats a value along dimensions of size 1.</summary>
    public static readonly OpCard BroadcastTo = new("BroadcastTo")
    {
        Summary = "The input repeated to a larger shape, along dimensions of size 1 and along new ones in front.",
        Signature = "input: T, shape: Tidx -> output: T",
        Attributes = "T: type; Tidx: index = int32",
        Shape = context =>
        {
            Shape input = context.Input(0), shape = context.InputAsShape(1);
            context.SetOutput(0, shape);
            if (!input.HasRank || !shape.HasRank) return;
            bool fits = input.Rank <= shape.Rank;
            for (int i = 1; fits && i <= input.Rank; i++) fits = input[^i] is 1 or -1 || shape[^i] < 0 || input[^i] == shape[^i];
            if (!fits) throw context.Mismatch($"a shape that {input} broadcasts to", $"{shape}");
        },
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            return context =>
            {
                Value x = context.Input(0);
                Shape shape = Integers.ToShape(context, 1);
                bool fits = x.Shape.Rank <= shape.Rank;
                for (int i = 1; fits && i <= x.Shape.Rank; i++) fits = x.Shape[^i] == 1 || x.Shape[^i] == shape[^i];
                if (!fits) throw context.Invalid($"Incompatible shapes: {x.Shape} vs. {shape}");
                if (shape == x.Shape) context.Forward(0, 0);
                else mover.Copy(x, context.Output(0, x.DType, shape), Walks.Broadcast(x.Shape, shape));
            };
        },
        Gradient = context =>
        {
            Output x = context.X(), shape = Op.Shape(x);
            IReadOnlyList<Output> axes = context.Graph.Add(BroadcastGradientArgs, null, [Op.Shape(context.Y()), shape]).Outputs;
            return [Op.Reshape(Op.Sum(context.Dy, axes[1], keepDims: true), shape), null];
        },
        Source = "TF 1.14 BroadcastTo, _BroadcastToGrad",
    };

    private static Output TileGradient(Output x, Output multiples, Output dy)
    {
        Output shape = Op.Shape(x, multiples.DType);
        if (2 * x.Shape.Rank > Shape.MaxRank) return SummedCopies(x, shape, multiples, dy);
        // The copies of dimension i become a dimension of their own in front of it, and are summed.
        Output split = Op.Reshape(Op.Transpose(Op.Stack([multiples, shape]), 1, 0), -1);
        Output copies = x.Shape.HasRank
            ? x.Graph.Constant(Enumerable.Range(0, x.Shape.Rank).Select(i => 2 * i).ToArray())
            : x.Graph.Range(0, Op.Size(split), 2);
        return Op.Sum(Op.Reshape(dy, split), copies);
    }

    /// <summary>As TensorFlow's gradient, but one dimension after the other: all at once would be too many.</summary>
    private static Output SummedCopies(Output x, Output shape, Output multiples, Output dy)
    {
        Output rest = Op.Cast(x.Graph.Constant(-1), multiples.DType);
        for (int i = 0; i < x.Shape.Rank; i++)
        {
            Output outer = Op.Prod(Op.StridedSlice(shape, ..i));
            dy = Op.Sum(Op.Reshape(dy, Op.Stack([outer, Op.StridedSlice(multiples, i), rest])), [1]);
        }

        return Op.Reshape(dy, shape);
    }
}

public static partial class Op
{
    /// <summary>Copies of <paramref name="x"/> side by side.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="multiples">How many copies in each dimension; 0 or more.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output Tile(Output x, Operand multiples, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "Tile");
        return x.Graph.Add(Cards.Tile, scope.Name + "/", [x, multiples.In(x.Graph, DType.Int32, "multiples")]).Output;
    }

    /// <summary><paramref name="x"/> repeated to a larger shape, as NumPy broadcasts.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="shape">The new shape; from the right, each dimension of <paramref name="x"/> is equal or 1.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output BroadcastTo(Output x, Operand shape, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "BroadcastTo");
        return x.Graph.Add(Cards.BroadcastTo, scope.Name + "/", [x, shape.In(x.Graph, DType.Int32, "shape")]).Output;
    }
}
