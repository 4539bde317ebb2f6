using Ballast.Graphs;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Sum of two values, element by element. Strings are joined.</summary>
    public static readonly OpCard Add = Addition("Add",
        "{bfloat16, half, float, double, uint8, int8, int16, int32, int64, complex64, complex128, string}");

    /// <summary>Sum of two values, element by element; TensorFlow's later form of <see cref="Add"/>, without strings.</summary>
    public static readonly OpCard AddV2 = Addition("AddV2",
        "{bfloat16, half, float, double, uint8, int8, int16, int32, int64, complex64, complex128}");

    /// <summary>Difference of two values, element by element.</summary>
    public static readonly OpCard Sub = new BinaryCard<Sub>("Sub", TypeSets.More, "x - y, element by element, broadcasting.")
    {
        Gradient = context => BroadcastGradients.IsPlain(context)
            ? [context.Dy, -context.Dy]
            : BroadcastGradients.Reduce(context, () => context.Dy, () => context.Dy, static sum => -sum),
        Hazards = [Overflow("|x - y|")],
        Source = "TF 1.14 Sub, _SubGrad",
    };

    /// <summary>Product of two values, element by element.</summary>
    public static readonly OpCard Mul = new BinaryCard<Mul>("Mul", TypeSets.More, "x · y, element by element, broadcasting.")
    {
        Gradient = context => BroadcastGradients.IsPlain(context) && context.Dy.DType is DType.Float32
            ? [Op.Multiply(context.Dy, context.X(1)), Op.Multiply(context.Dy, context.X(0))]
            : BroadcastGradients.Reduce(context,
                () => Op.Multiply(context.Dy, context.X(1)), () => Op.Multiply(context.X(0), context.Dy)),
        Hazards = [Overflow("|x · y|")],
        Source = "TF 1.14 Mul, _MulGrad",
    };

    /// <summary>The opposite number.</summary>
    public static readonly OpCard Neg = new UnaryCard<Neg>("Neg", TypeSets.Fewer, "-x, element by element.")
    {
        Gradient = context => [-context.Dy],
        Source = "TF 1.14 Neg, _NegGrad",
    };

    /// <summary>The magnitude.</summary>
    public static readonly OpCard Abs = new UnaryCard<Abs>("Abs", TypeSets.RealFewer, "|x|, element by element.")
    {
        Gradient = context => [context.Dy * Op.Sign(context.X())],
        Source = "TF 1.14 Abs, _AbsGrad",
    };

    /// <summary>The sign: -1, 0 or 1; 0 for NaN.</summary>
    public static readonly OpCard Sign = new UnaryCard<Sign>("Sign", TypeSets.Fewer, "-1, 0 or 1, element by element; 0 for NaN.")
    {
        Gradient = context => [Op.Zeros(Op.Shape(context.X()), context.X().DType)],
        Source = "TF 1.14 Sign, _SignGrad",
    };

    private static BinaryCard<Add> Addition(string type, string types) => new(type, types, "x + y, element by element, broadcasting.")
    {
        Kernel = static operation => operation["T"].Type == DType.String
            ? StringKernels.Joined
            : BinaryCard<Add>.MakeKernel(operation),
        Gradient = context => BroadcastGradients.IsPlain(context)
            ? [context.Dy, context.Dy]
            : BroadcastGradients.Reduce(context, () => context.Dy, () => context.Dy),
        Hazards = [Overflow("|x + y|")],
        Source = $"TF 1.14 {type}, _AddGrad",
    };

    private static Hazard Overflow(string what) => Hazard.Forward($"{what} beyond the dtype's largest number", "z = ±Inf",
        "scale the inputs, or compute in a wider dtype");
}

public static partial class Op
{
    /// <summary>x + y, element by element, broadcasting; strings are joined.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output Add(Operand x, Operand y, string? name = null) => Binary(Cards.Add, name ?? "Add", x, y);

    /// <summary>x + y, element by element, broadcasting, as the operation AddV2.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output AddV2(Operand x, Operand y, string? name = null) => Binary(Cards.AddV2, name ?? "AddV2", x, y);

    /// <summary>x - y, element by element, broadcasting.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output Subtract(Operand x, Operand y, string? name = null) => Binary(Cards.Sub, name ?? "Sub", x, y);

    /// <summary>x · y, element by element, broadcasting. 0 · Inf is NaN.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output Multiply(Operand x, Operand y, string? name = null) => Binary(Cards.Mul, name ?? "Mul", x, y);

    /// <summary>-x, element by element.</summary>
    public static Output Negative(Output x, string? name = null) => Unary(Cards.Neg, x, name);

    /// <summary>|x|, element by element. The gradient at 0 is 0.</summary>
    public static Output Abs(Output x, string? name = null) => Unary(Cards.Abs, x, name);

    /// <summary>-1, 0 or 1, element by element; 0 for NaN. The gradient is 0 everywhere.</summary>
    public static Output Sign(Output x, string? name = null) => Unary(Cards.Sign, x, name);
}
