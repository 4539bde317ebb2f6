using Ballast.Graphs;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Elements of one value where a condition holds, of another where not.</summary>
    public static readonly OpCard Select = new("Select")
    {
        Summary = "t where the condition is true, e where it is false. The condition has their shape, is a vector over their first dimension, or a scalar.",
        Signature = "condition: bool, t: T, e: T -> output: T",
        Attributes = "T: type",
        Shape = SelectShape,
        Kernel = SelectKernel,
        Gradient = context =>
        {
            Output zeros = Op.ZerosLike(context.X(1));
            return [null, Op.Select(context.X(0), context.Dy, zeros), Op.Select(context.X(0), zeros, context.Dy)];
        },
        Source = "TF 1.14 Select, _SelectGrad",
    };

    /// <summary>Where a value is not zero.</summary>
    public static readonly OpCard Where = new("Where")
    {
        Summary = "The positions of all elements that are true (or not 0), in row-major order, a row of indices each.",
        Signature = "input: T -> index: int64",
        Attributes = "T: {float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half, uint32, uint64, bool} = bool",
        Shape = context => context.SetOutput(0, context.Input(0) is { HasRank: true } shape
            ? [null, shape.Rank]
            : Shape.UnknownOfRank(2)),
        Kernel = operation =>
        {
            DType dtype = TypeSets.Computed(operation);
            return context =>
            {
                Value x = context.Input(0);
                if (dtype != DType.Bool)
                {
                    Value truth = context.Temporary(DType.Bool, x.Shape);
                    Kernels.Elementwise.Cast.Run(dtype, x.Bytes, DType.Bool, truth.Bytes);
                    x = truth;
                }

                ReadOnlySpan<bool> condition = x.Span<bool>();
                Value indices = context.Output(0, DType.Int64, Shape.Matrix(Positions.Count(condition), x.Shape.Rank));
                Positions.Write(condition, x.Shape, indices.Elements<long>());
            };
        },
        NotDifferentiable = "integer output",
        Source = "TF 1.14 Where",
    };

    private static void SelectShape(ShapeContext context)
    {
        Shape condition = context.Input(0);
        Shape shape = context.Merge(context.Input(1), context.Input(2), "t and e of one shape");
        if (condition.HasRank && shape.HasRank && condition.Rank != 0)
        {
            Shape expected = condition.Rank == 1 && shape.Rank > 1 ? shape.Slice(0, 1) : shape;
            if (!condition.IsCompatibleWith(expected))
                throw context.Mismatch($"a condition of shape {shape}, a vector over its first dimension, or a scalar",
                    condition.ToString(), "Reshape or broadcast the condition.");
        }
        else if (condition.Rank > 1)
        {
            shape = context.Merge(condition, shape, "a condition of the shape of t and e");
        }

        context.SetOutput(0, shape);
    }

    private static Kernel SelectKernel(Operation operation)
    {
        DType dtype = operation["T"].Type;
        int size = dtype.Size();
        return context =>
        {
            Value condition = context.Input(0), x = context.Input(1), y = context.Input(2);
            bool fits = x.Shape == y.Shape && (condition.Shape == x.Shape || condition.Shape.IsScalar
                || (condition.Shape.Rank == 1 && x.Shape.Rank > 1 && condition.Length == x.Shape[0]));
            if (!fits)
                throw context.Invalid(
                    $"Expected t and e of one shape and a condition of that shape, a vector over its first dimension or a scalar; " +
                    $"got {condition.Shape}, {x.Shape} and {y.Shape}.");
            if (condition.Length == 1)
            {
                context.Forward(condition.Span<bool>()[0] ? 1 : 2, 0);
                return;
            }

            if (size == 0)
            {
                SelectObjects(context, condition.Span<bool>());
                return;
            }

            Value z = context.OutputInPlaceOf(x.IsExclusive ? 1 : 2, 0, dtype, x.Shape);
            Selection.Run(size, condition.Span<bool>(), x.Bytes, y.Bytes, z.Bytes);
        };
    }

    private static void SelectObjects(KernelContext context, ReadOnlySpan<bool> condition)
    {
        Value x = context.Input(1), y = context.Input(2);
        if (x.DType != DType.String)
            throw new UnimplementedException(context.Operation, $"Ballast selects no elements of {x.DType.Name()}.");
        Value z = context.Output(0, DType.String, x.Shape);
        int row = condition.Length == 0 ? 0 : z.Length / condition.Length;
        for (int i = 0; i < z.Length; i++) z.Strings[i] = condition[i / row] ? x.Strings[i] : y.Strings[i];
    }
}

public static partial class Op
{
    /// <summary>
    /// <paramref name="x"/> where <paramref name="condition"/> is true, <paramref name="y"/> where not. What is not taken
    /// does not show, not even NaN; but its gradient is computed from zeros, and 0 · Inf is NaN: replace bad inputs
    /// before the operation that fails, not its output.
    /// </summary>
    /// <param name="condition">Bool: of the shape of x and y, a vector over their first dimension, or a scalar.</param>
    /// <param name="x">Any dtype and shape.</param>
    /// <param name="y">Of the dtype and shape of <paramref name="x"/>.</param>
    /// <param name="name">The name; the type when null.</param>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    public static Output Select(Output condition, Output x, Output y, string? name = null) =>
        x.Graph.Add(Cards.Select, name, [condition, x, y]).Output;

    /// <summary>As <see cref="Select"/>, under the name that Python has for it: <c>tf.where</c>.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    public static Output Where(Output condition, Output x, Output y, string? name = null) => Select(condition, x, y, name);

    /// <summary>
    /// The positions of all elements that are true, or not 0, in row-major order: int64 <c>[count, rank]</c>. NaN is not 0.
    /// </summary>
    public static Output Where(Output condition, string? name = null) => Unary(Cards.Where, condition, name);
}
