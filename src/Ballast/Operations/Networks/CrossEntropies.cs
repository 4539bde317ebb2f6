using Ballast.Graphs;
using Ballast.Kernels;
using Ballast.Kernels.Elementwise;
using Ballast.Kernels.Reductions;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Cross-entropy of a distribution per row, and its gradient.</summary>
    public static readonly OpCard SoftmaxCrossEntropyWithLogits = new("SoftmaxCrossEntropyWithLogits")
    {
        Summary = "For each row: -Σ labels·logsoftmax(features), and softmax(features) - labels.",
        Signature = "features: T, labels: T -> loss: T, backprop: T",
        Attributes = "T: {half, bfloat16, float, double}",
        Shape = context =>
        {
            Shape both = context.Broadcast(context.WithRank(0, 2), context.WithRank(1, 2));
            context.SetOutput(0, Shape.Vector(both[0]));
            context.SetOutput(1, both);
        },
        Kernel = CrossEntropyKernel,
        Gradient = context =>
        {
            (Output logits, Output dLoss, Output dBackprop) = (context.X(), context.Dy, context.DyAt(1)!);
            Output dLogits = Op.ExpandDims(dLoss, -1) * context.Y(1);
            if (!IsZero(dBackprop))
            {
                Output softmax = Op.Softmax(logits);
                Output mean = Op.Squeeze(Op.MatMul(Op.ExpandDims(dBackprop, 1), Op.ExpandDims(softmax, 2)), [1]);
                dLogits += (dBackprop - mean) * softmax;
            }

            return [dLogits, Op.ExpandDims(dLoss, -1) * -Op.LogSoftmax(logits)];
        },
        Hazards =
        [
            Hazard.Forward("a logit that overflowed to -Inf under a label of 0", "loss = NaN (0·Inf), backprop finite",
                "mask with a large finite number: -1e9, in float16 -6e4"),
            Hazard.Forward("a label above 0 where logit - max is beyond the dtype's range", "loss = +Inf", "bound the logits"),
        ],
        Source = "TF 1.14 SoftmaxCrossEntropyWithLogits, _SoftmaxCrossEntropyWithLogitsGrad",
    };

    /// <summary>Cross-entropy of one class per row, and its gradient.</summary>
    public static readonly OpCard SparseSoftmaxCrossEntropyWithLogits = new("SparseSoftmaxCrossEntropyWithLogits")
    {
        Summary = "For each row: -logsoftmax(features)[label], and softmax(features) - onehot(label).",
        Signature = "features: T, labels: Tlabels -> loss: T, backprop: T",
        Attributes = "T: {half, bfloat16, float, double}; Tlabels: {int32, int64} = int64",
        Shape = context =>
        {
            Shape features = context.WithRank(0, 2), labels = context.WithRank(1, 1);
            Shape rows = context.Merge(labels, Shape.Vector(features[0]), "one label for each row of logits");
            context.SetOutput(0, rows);
            context.SetOutput(1, features.WithDimension(0, rows[0]));
        },
        Kernel = SparseCrossEntropyKernel,
        Gradient = context =>
        [
            Op.ExpandDims(context.Dy, -1) * Op.PreventGradient(context.Y(1),
                "The second derivative of sparse_softmax_cross_entropy_with_logits is not known, as its gradient is fused into it."),
            null,
        ],
        Hazards =
        [
            Hazard.Forward("a label's logit that is more than the dtype's range below the maximum", "loss = +Inf", "bound the logits"),
        ],
        Source = "TF 1.14 SparseSoftmaxCrossEntropyWithLogits, _SparseSoftmaxCrossEntropyWithLogitsGrad",
    };

    private static Kernel CrossEntropyKernel(Operation operation)
    {
        DType dtype = operation["T"].Type;
        return context =>
        {
            Value logits = context.Input(0), labels = context.Input(1);
            if (logits.Shape.Rank != 2 || labels.Shape.Rank != 2 || !TryBroadcast(logits.Shape, labels.Shape, out Shape both))
                throw context.Invalid($"logits and labels must be broadcastable matrices: expected equal dimensions or 1, " +
                    $"got {logits.Shape} and {labels.Shape}.");
            logits = Spread(context, logits, both);
            labels = Spread(context, labels, both);
            Value loss = context.Output(0, dtype, Shape.Vector(both[0])), backprop = context.Output(1, dtype, both);
            if (both[1] == 0) loss.Bytes.Clear();
            else if (both[0] > 0) CrossEntropy.Run(dtype, logits.Bytes, labels.Bytes, both[1], loss.Bytes, backprop.Bytes);
        };
    }

    private static Kernel SparseCrossEntropyKernel(Operation operation)
    {
        DType dtype = operation["T"].Type;
        return context =>
        {
            Value logits = context.Input(0), labels = context.Input(1);
            if (logits.Shape.Rank != 2 || labels.Shape.Rank != 1 || logits.Shape[0] != labels.Length)
                throw context.Invalid($"Expected logits [rows, classes] and one label for each row, got {logits.Shape} and {labels.Shape}.");
            int classes = logits.Shape[1];
            if (classes == 0) throw context.Invalid($"Must have at least one class, but got logits shape {logits.Shape}.");
            Value loss = context.Output(0, dtype, labels.Shape), backprop = context.Output(1, dtype, logits.Shape);
            if (logits.Length == 0) return;
            int bad = labels.DType == DType.Int64
                ? CrossEntropy.RunSparse(dtype, logits.Bytes, labels.Span<long>(), classes, loss.Bytes, backprop.Bytes)
                : WithWideLabels(dtype, logits, labels.Span<int>(), classes, loss, backprop);
            if (bad < 0) return;
            long label = labels.DType == DType.Int64 ? labels.Span<long>()[bad] : labels.Span<int>()[bad];
            throw context.Invalid($"Received a label value of {label} which is outside the valid range of [0, {classes}), at row {bad}.");
        };

        static unsafe int WithWideLabels(DType dtype, Value logits, ReadOnlySpan<int> labels, int classes, Value loss, Value backprop)
        {
            using Scratch loan = Scratch.Borrow(labels.Length, out long* wide);
            for (int i = 0; i < labels.Length; i++) wide[i] = labels[i];
            return CrossEntropy.RunSparse(
                dtype, logits.Bytes, new ReadOnlySpan<long>(wide, labels.Length), classes, loss.Bytes, backprop.Bytes);
        }
    }

    /// <summary>The value repeated to a larger shape; itself when it has that shape already.</summary>
    private static Value Spread(KernelContext context, Value value, in Shape shape)
    {
        if (value.Shape == shape) return value;
        Value spread = context.Temporary(value.DType, shape);
        BinaryLoop.Run(default(Second), value.DType, spread.Bytes, value.Bytes, spread.Bytes, Broadcast.Of(shape, value.Shape));
        return spread;
    }

    /// <summary>Whether a gradient is known to be zeros, so that the work that follows from it can be left out.</summary>
    private static bool IsZero(Output gradient) => gradient.Operation.Type switch
    {
        "ZerosLike" => true,
        "Fill" => IsZero(gradient.Operation.Inputs[1]),
        _ => ConstantFolding.ValueOf(gradient) is { } value && !value.Bytes.ContainsAnyExcept((byte)0),
    };
}
