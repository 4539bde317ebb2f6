using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>eˣ / Σ eˣ along the last dimension.</summary>
    public static readonly OpCard Softmax = SoftmaxCard("Softmax", "softmax", logarithm: false,
        "exp(x) / Σ exp(x) along the last dimension, the maximum subtracted first.",
        context => [(context.Dy - Op.Sum(context.Dy * context.Y(), [-1], keepDims: true)) * context.Y()]);

    /// <summary>x - ln Σ eˣ along the last dimension.</summary>
    public static readonly OpCard LogSoftmax = SoftmaxCard("LogSoftmax", "logsoftmax", logarithm: true,
        "x - ln Σ exp(x) along the last dimension, the maximum subtracted first.",
        context =>
        {
            Output softmax = Op.Exp(context.Y());
            return [context.Dy - (Op.Sum(context.Dy, [-1], keepDims: true) * softmax)];
        });

    private static OpCard SoftmaxCard(string type, string output, bool logarithm, string summary, GradientRule gradient) => new(type)
    {
        Summary = $"{summary} A row that holds NaN or +Inf, or nothing but -Inf, becomes NaN.",
        Signature = $"logits: T -> {output}: T",
        Attributes = "T: {half, bfloat16, float, double}",
        Shape = context =>
        {
            if (context.Input(0).Rank == 0)
                throw context.Mismatch("logits of rank 1 or more", "a scalar", "Expand its dimensions.");
            context.SetOutput(0, context.Input(0));
        },
        Kernel = operation =>
        {
            DType dtype = operation["T"].Type;
            return context =>
            {
                Value x = context.Input(0);
                if (x.Shape.Rank == 0) throw context.Invalid("Expected logits of rank 1 or more, got a scalar.");
                Value y = context.OutputInPlaceOf(0, 0, dtype, x.Shape);
                if (x.Length > 0) Kernels.Reductions.Softmax.Run(dtype, x.Bytes, x.Shape[^1], logarithm, y.Bytes);
            };
        },
        Gradient = gradient,
        Source = $"TF 1.14 {type}, _{type}Grad",
    };
}

public static partial class Op
{
    /// <summary>
    /// eˣ / Σ eˣ along the last dimension. Never overflows for finite <paramref name="logits"/>; a row with NaN or +Inf, or of -Inf only, becomes NaN.
    /// </summary>
    /// <param name="logits">A floating output of rank 1 or more.</param>
    /// <param name="name">The name; <c>Softmax</c> when null.</param>
    /// <remarks>Its logarithm can be -Inf: use <see cref="LogSoftmax"/>, or a cross-entropy with logits.</remarks>
    public static Output Softmax(Output logits, string? name = null) => Unary(Cards.Softmax, logits, name);

    /// <summary>The logarithm of the softmax along the last dimension, x - ln Σ eˣ: finite for finite <paramref name="logits"/>.</summary>
    /// <param name="logits">A floating output of rank 1 or more.</param>
    /// <param name="name">The name; <c>LogSoftmax</c> when null.</param>
    public static Output LogSoftmax(Output logits, string? name = null) => Unary(Cards.LogSoftmax, logits, name);
}
