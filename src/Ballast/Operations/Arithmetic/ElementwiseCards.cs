using System.Diagnostics.CodeAnalysis;
using Ballast.Graphs;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>The sets of dtypes that TensorFlow's element-wise operations declare.</summary>
internal static class TypeSets
{
    public const string Floating = "{bfloat16, half, float, double}";
    public const string FloatingOrComplex = "{bfloat16, half, float, double, complex64, complex128}";
    public const string RealFewer = "{bfloat16, half, float, double, int32, int64}";
    public const string Fewer = "{bfloat16, half, float, double, int32, int64, complex64, complex128}";
    public const string More =
        "{bfloat16, half, float, double, uint8, int8, uint16, int16, int32, int64, complex64, complex128}";

    /// <summary>The dtype that a kernel is made for.</summary>
    /// <exception cref="UnimplementedException">The dtype is complex.</exception>
    public static DType Computed(Operation operation, string attribute = "T")
    {
        DType dtype = operation[attribute].Type;
        return dtype is DType.Complex64 or DType.Complex128
            ? throw new UnimplementedException(operation,
                $"Ballast carries {dtype.Name()} in graphs but does not compute with it. Split it into real and imaginary part.")
            : dtype;
    }
}

/// <summary>An operation of one input that treats every element by itself.</summary>
internal sealed class UnaryCard<TOp> : OpCard where TOp : struct, IUnaryOperator
{
    [SetsRequiredMembers]
    public UnaryCard(string type, string types, string summary) : base(type)
    {
        Summary = summary;
        Signature = "x: T -> y: T";
        Attributes = $"T: {types}";
        Shape = context => context.SetOutput(0, context.Input(0));
        Kernel = operation =>
        {
            DType dtype = TypeSets.Computed(operation);
            return context =>
            {
                Value x = context.Input(0);
                Value y = context.OutputInPlaceOf(0, 0, dtype, x.Shape);
                UnaryLoop.Run(default(TOp), dtype, x.Bytes, y.Bytes);
            };
        };
        Source = $"TF 1.14 {type}";
    }
}

/// <summary>An operation of two inputs of one dtype, element by element, broadcasting.</summary>
internal sealed class BinaryCard<TOp> : OpCard where TOp : struct, IBinaryOperator
{
    [SetsRequiredMembers]
    public BinaryCard(string type, string types, string summary) : base(type)
    {
        Summary = summary;
        Signature = "x: T, y: T -> z: T";
        Attributes = $"T: {types}";
        Shape = context => context.SetOutput(0, context.Broadcast(context.Input(0), context.Input(1)));
        Kernel = MakeKernel;
        Source = $"TF 1.14 {type}";
    }

    internal static Kernel MakeKernel(Operation operation)
    {
        DType dtype = TypeSets.Computed(operation);
        if (dtype.IsInteger()) return IntegerKernel(dtype);
        return context => Run(context, dtype);
    }

    // Only integers can fail: a division by zero, a negative power.
    private static Kernel IntegerKernel(DType dtype) => context =>
    {
        try
        {
            Run(context, dtype);
        }
        catch (DivideByZeroException)
        {
            throw context.Invalid("Integer division by zero. Keep the divisor away from 0, or divide floats.");
        }
        catch (ArithmeticException error)
        {
            throw context.Invalid($"{error.Message} Cast the base to a floating-point dtype.");
        }
    };

    private static void Run(KernelContext context, DType dtype)
    {
        Value x = context.Input(0), y = context.Input(1);
        Shape shape = Broadcasting.ShapeOf(context, x.Shape, y.Shape);
        int reused = x.Shape == shape && (x.IsExclusive || y.Shape != shape) ? 0 : 1;
        Value z = context.OutputInPlaceOf(reused, 0, dtype, shape);
        BinaryLoop.Run(default(TOp), dtype, x.Bytes, y.Bytes, z.Bytes, Broadcast.Of(x.Shape, y.Shape));
    }
}

/// <summary>An operation of two inputs of one shape and dtype, such as a factor of a gradient: no broadcasting.</summary>
internal sealed class PairCard<TOp> : OpCard where TOp : struct, IBinaryOperator
{
    [SetsRequiredMembers]
    public PairCard(string type, string signature, string types, string summary) : base(type)
    {
        Summary = summary;
        Signature = signature;
        Attributes = $"T: {types}";
        Shape = context => context.SetOutput(0,
            context.Merge(context.Input(0), context.Input(1), "two inputs of one shape"));
        Kernel = operation =>
        {
            DType dtype = TypeSets.Computed(operation);
            return context =>
            {
                Value x = context.Input(0), y = context.Input(1);
                if (x.Shape != y.Shape)
                    throw context.Invalid($"Expected two inputs of one shape, got {x.Shape} and {y.Shape}.");
                Value z = context.OutputInPlaceOf(x.IsExclusive ? 0 : 1, 0, dtype, x.Shape);
                BinaryLoop.Run(default(TOp), dtype, x.Bytes, y.Bytes, z.Bytes, Broadcast.Of(x.Length, y.Length));
            };
        };
        Source = $"TF 1.14 {type}";
    }
}

/// <summary>What broadcasting asks of shapes while a graph runs.</summary>
internal static class Broadcasting
{
    /// <summary>The shape to which two inputs broadcast, as NumPy does it.</summary>
    /// <exception cref="InvalidArgumentException">They do not.</exception>
    public static Shape ShapeOf(KernelContext context, in Shape x, in Shape y)
    {
        if (x == y) return x;
        int rank = Math.Max(x.Rank, y.Rank);
        Span<int> dimensions = stackalloc int[Shape.MaxRank];
        for (int i = 1; i <= rank; i++)
        {
            int ofX = i <= x.Rank ? x[^i] : 1, ofY = i <= y.Rank ? y[^i] : 1;
            if (ofX != ofY && ofX != 1 && ofY != 1)
                throw context.Invalid(
                    $"Incompatible shapes: {x} vs. {y}. Expected equal dimensions or 1, from the right: reshape one of them.");
            dimensions[rank - i] = ofX == 1 ? ofY : ofX;
        }

        return new Shape(dimensions[..rank]);
    }
}

public static partial class Op
{
    /// <summary>
    /// Adds an operation of two arguments. A number becomes a Const beside it, <c>name/x</c> or <c>name/y</c>, of the
    /// other argument's dtype.
    /// </summary>
    /// <exception cref="ArgumentException">Neither argument is an output, so the graph is unknown.</exception>
    internal static Output Binary(OpCard card, string name, Operand x, Operand y)
    {
        Output known = x.Output ?? y.Output ?? throw new ArgumentException(
            $"{card.Type}: expected an output or a variable as one of two arguments, got two numbers. Make a Constant of one.",
            nameof(x));
        if (x.Output is not null && y.Output is not null) return known.Graph.Add(card, name, [x.Output, y.Output]).Output;
        using NameScope scope = known.Graph.NameScope(name);
        Output left = x.In(known.Graph, known.DType, "x"), right = y.In(known.Graph, known.DType, "y");
        return known.Graph.Add(card, $"{scope.Name}/", [left, right]).Output;
    }

    /// <summary>Adds an operation of one input.</summary>
    internal static Output Unary(OpCard card, Output x, string? name) => x.Graph.Add(card, name, [x]).Output;
}
