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
    /// eˣ / Σ eˣ along an axis. Never overflows for finite <paramref name="logits"/>; a row with NaN or +Inf, or of -Inf only, becomes NaN.
    /// </summary>
    /// <param name="logits">A floating output of rank 1 or more.</param>
    /// <param name="axis">The axis whose elements sum to 1; a negative one counts from the end. Default: the last.</param>
    /// <param name="name">The name; <c>Softmax</c> when null.</param>
    /// <remarks>Its logarithm can be -Inf: use <see cref="LogSoftmax"/>, or a cross-entropy with logits.</remarks>
    public static Output Softmax(Output logits, int axis = -1, string? name = null) => AlongLastAxis(Cards.Softmax, logits, axis, name);

    /// <summary>The logarithm of the softmax along an axis, x - ln Σ eˣ: finite for finite <paramref name="logits"/>.</summary>
    /// <param name="logits">A floating output of rank 1 or more.</param>
    /// <param name="axis">The axis that is normalised; a negative one counts from the end. Default: the last.</param>
    /// <param name="name">The name; <c>LogSoftmax</c> when null.</param>
    public static Output LogSoftmax(Output logits, int axis = -1, string? name = null) => AlongLastAxis(Cards.LogSoftmax, logits, axis, name);

    /// <summary>Adds an operation that works along the last dimension, with transposes around it for another axis.</summary>
    private static Output AlongLastAxis(OpCard card, Output x, int axis, string? name)
    {
        int rank = x.Shape.Rank;
        if (axis == -1 || (rank >= 0 && axis == rank - 1)) return x.Graph.Add(card, name, [x]).Output;
        if (rank < 0 || axis < -rank || axis >= rank)
            throw new GraphException(card.Type, name ?? card.Type,
                rank < 0 ? "logits of known rank for an axis other than the last" : $"an axis from {-rank} to {rank - 1}", $"{axis}",
                rank < 0 ? "Set the shape." : "", null);
        using NameScope scope = x.Graph.NameScope(name ?? card.Type.ToLowerInvariant());
        int[] swap = [.. Enumerable.Range(0, rank)];
        (swap[axis < 0 ? axis + rank : axis], swap[^1]) = (rank - 1, axis < 0 ? axis + rank : axis);
        return Transpose(x.Graph.Add(card, null, [Transpose(x, swap)]).Output, (Operand)swap, scope.Name + "/");
    }
}
