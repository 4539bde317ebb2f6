using Ballast.Graphs;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>The larger of two values, element by element.</summary>
    public static readonly OpCard Maximum = new BinaryCard<Maximum>("Maximum", TypeSets.RealFewer,
        "The larger of x and y, element by element, broadcasting; x where they are equal or either is NaN.")
    {
        Gradient = context => ExtremeGradient(context, static (x, y) => Op.GreaterEqual(x, y)),
        Source = "TF 1.14 Maximum, _MaximumGrad",
    };

    /// <summary>The smaller of two values, element by element.</summary>
    public static readonly OpCard Minimum = new BinaryCard<Minimum>("Minimum", TypeSets.RealFewer,
        "The smaller of x and y, element by element, broadcasting; x where they are equal or either is NaN.")
    {
        Gradient = context => ExtremeGradient(context, static (x, y) => Op.LessEqual(x, y)),
        Source = "TF 1.14 Minimum, _MinimumGrad",
    };

    /// <summary>Values forced between two bounds.</summary>
    public static readonly OpCard ClipByValue = new("ClipByValue")
    {
        Summary = "max(min(t, clip_value_max), clip_value_min), element by element; the bounds are scalars or of t's shape. NaN stays NaN.",
        Signature = "t: T, clip_value_min: T, clip_value_max: T -> output: T",
        Attributes = "T: number",
        Shape = context => context.SetOutput(0, context.Input(0)),
        Kernel = operation =>
        {
            DType dtype = TypeSets.Computed(operation);
            return context =>
            {
                Value t = context.Input(0);
                for (int i = 1; i < 3; i++)
                    if (context.Input(i).Shape != t.Shape && !context.Input(i).Shape.IsScalar)
                        throw context.Invalid(
                            $"Expected bounds that are scalars or of shape {t.Shape}, got {context.Input(i).Shape} as input {i}.");
                Value y = context.OutputInPlaceOf(0, 0, dtype, t.Shape);
                TernaryLoop.Run(default(ClipByValue), dtype, t.Bytes, context.Input(1).Bytes, context.Input(2).Bytes, y.Bytes);
            };
        },
        GradientDisabled = "TensorFlow 1.14 registers none for ClipByValue. Use Maximum(Minimum(t, max), min).",
        Source = "TF 1.14 ClipByValue",
    };

    // Ties go to x alone, as in TensorFlow.
    private static Gradient?[] ExtremeGradient(GradientContext context, Func<Output, Output, Output> isX)
    {
        Output zeros = Op.Zeros(Op.Shape(context.Dy), context.Dy.DType);
        Output mask = isX(context.X(0), context.X(1));
        return BroadcastGradients.Reduce(context,
            () => Op.Select(mask, context.Dy, zeros), () => Op.Select(mask, zeros, context.Dy));
    }
}

public static partial class Op
{
    /// <summary>The larger of x and y, element by element, broadcasting; x where either is NaN (TensorFlow on CPU).</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output Maximum(Operand x, Operand y, string? name = null) => Binary(Cards.Maximum, name ?? "Maximum", x, y);

    /// <summary>The smaller of x and y, element by element, broadcasting; x where either is NaN (TensorFlow on CPU).</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public static Output Minimum(Operand x, Operand y, string? name = null) => Binary(Cards.Minimum, name ?? "Minimum", x, y);
}
