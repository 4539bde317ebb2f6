using System.Runtime.CompilerServices;
using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Permutes the dimensions of a value.</summary>
    public static readonly OpCard Transpose = new("Transpose")
    {
        Summary = "Permutes the dimensions: dimension i of the output is dimension perm[i] of the input.",
        Signature = "x: T, perm: Tperm -> y: T",
        Attributes = "T: type; Tperm: index = int32",
        Shape = context =>
        {
            Shape shape = context.Input(0), length = context.WithRank(1, 1);
            if (!shape.HasRank && length[0] is >= 0 and <= Shape.MaxRank) shape = Shape.UnknownOfRank(length[0]);
            if (!shape.HasRank) context.SetUnknownOutputs();
            else if (context.Constant(1) is not { } permutation) context.SetOutput(0, Shape.UnknownOfRank(shape.Rank));
            else if (TryPermute(shape, permutation, stackalloc int[Shape.MaxRank], out Shape y)) context.SetOutput(0, y);
            else throw context.Mismatch($"a permutation of 0 to {shape.Rank - 1}", $"{permutation}", "Name every dimension once.");
        },
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            return context =>
            {
                Value x = context.Input(0);
                Span<int> permutation = stackalloc int[Shape.MaxRank];
                if (!TryPermute(x.Shape, context.Input(1), permutation, out Shape shape))
                    throw context.Invalid($"expected a permutation of 0 to {x.Shape.Rank - 1}, got {context.Input(1)}.");
                StridedWalk walk = Walks.Transposed(x.Shape, permutation[..shape.Rank]);
                if (walk.IsIdentity) context.Forward(0, 0, shape);
                else mover.Copy(x, context.Output(0, x.DType, shape), walk);
            };
        },
        Gradient = context => [Op.Transpose(context.Dy, Op.InvertPermutation(context.X(1))), null],
        Source = "TF 1.14 Transpose, _TransposeGrad",
    };

    /// <summary>The permutation that undoes another.</summary>
    public static readonly OpCard InvertPermutation = new("InvertPermutation")
    {
        Summary = "The inverse of a permutation: y[x[i]] = i.",
        Signature = "x: T -> y: T",
        Attributes = "T: index = int32",
        Shape = context => context.SetOutput(0, context.WithRank(0, 1)),
        Kernel = _ => context =>
        {
            Value x = context.Input(0);
            if (x.Shape.Rank != 1) throw context.Invalid($"expected a vector, got shape {x.Shape}.");
            Value y = context.Output(0, x.DType, x.Shape);
            if (x.DType == DType.Int64) Invert(context, x.Span<long>(), y.Elements<long>(), i => i);
            else Invert(context, x.Span<int>(), y.Elements<int>(), i => i);
        },
        NotDifferentiable = "integer output",
        Source = "TF 1.14 InvertPermutation",
    };

    private static void Invert<T>(KernelContext context, ReadOnlySpan<T> x, Span<T> y, Func<int, T> convert)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        y.Fill(-T.One);
        for (int i = 0; i < x.Length; i++)
        {
            if (T.IsNegative(x[i]) || x[i] >= convert(x.Length)) throw context.Invalid($"{x[i]} is not between 0 and {x.Length}");
            int at = int.CreateTruncating(x[i]);
            if (!T.IsNegative(y[at])) throw context.Invalid($"{x[i]} is duplicated in the input.");
            y[at] = convert(i);
        }
    }

    private static bool TryPermute(in Shape shape, Value permutation, Span<int> axes, out Shape permuted)
    {
        permuted = shape;
        if (permutation.Length != shape.Rank) return false;
        Span<int> dimensions = stackalloc int[shape.Rank];
        int seen = 0;
        for (int i = 0; i < dimensions.Length; i++)
        {
            long axis = Integers.At(permutation, i);
            if (axis < 0) axis += shape.Rank;
            if ((ulong)axis >= (ulong)shape.Rank || (seen & (1 << (int)axis)) != 0) return false;
            seen |= 1 << (int)axis;
            axes[i] = (int)axis;
            dimensions[i] = shape[(int)axis];
        }

        permuted = new Shape(dimensions);
        return true;
    }
}

public static partial class Op
{
    /// <summary>Permutes the dimensions of <paramref name="x"/>.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="permutation">An int vector: dimension i of the result is dimension <c>permutation[i]</c> of <paramref name="x"/>.</param>
    /// <param name="name">The name; <c>transpose</c> when null.</param>
    /// <exception cref="ShapeMismatchException">It is no permutation of the dimensions.</exception>
    public static Output Transpose(Output x, Operand permutation, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "transpose");
        return x.Graph.Add(Cards.Transpose, scope.Name + "/", [x, permutation.In(x.Graph, DType.Int32, "perm")]).Output;
    }

    /// <summary>Permutes the dimensions of <paramref name="x"/>: <c>Op.Transpose(x, 0, 2, 1)</c>; reverses their order when none are named.</summary>
    /// <param name="x">Any value; of known rank when no dimensions are named.</param>
    /// <param name="permutation">Dimension i of the result is dimension <c>permutation[i]</c> of <paramref name="x"/>.</param>
    /// <exception cref="ShapeMismatchException">It is no permutation of the dimensions.</exception>
    /// <exception cref="GraphException">No dimensions are named and the rank is unknown.</exception>
    [OverloadResolutionPriority(1)]
    public static Output Transpose(Output x, params ReadOnlySpan<int> permutation)
    {
        if (!permutation.IsEmpty) return Transpose(x, (Operand)permutation.ToArray());
        if (!x.Shape.HasRank)
            throw new GraphException("Transpose", x.Name, "a known rank", $"shape {x.Shape}", "Name the permutation, or set the shape.");
        return Transpose(x, (Operand)Enumerable.Range(0, x.Shape.Rank).Reverse().ToArray());
    }

    /// <summary>The inverse of a permutation: <c>y[x[i]] = i</c>.</summary>
    public static Output InvertPermutation(Output x, string? name = null) =>
        x.Graph.Add(Cards.InvertPermutation, name, [x]).Output;
}
