using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Op
{
    /// <summary>
    /// Cross-entropy between the distributions in <paramref name="labels"/> and the softmax of <paramref name="logits"/>, one number per row. The
    /// labels count as constants.
    /// </summary>
    /// <param name="labels">Distributions along <paramref name="axis"/>: floating, of the logits' shape.</param>
    /// <param name="logits">Unscaled log-probabilities, of rank 1 or more. float16 and bfloat16 are computed in float32.</param>
    /// <param name="axis">The axis of the classes. Default: the last.</param>
    /// <param name="name">The scope; <c>softmax_cross_entropy_with_logits_sg</c> when null.</param>
    /// <returns>The losses, with the class axis gone. Finite logits give no NaN; a logit of -Inf under a label of 0 does.</returns>
    /// <remarks>Emits what TF 1.14's <c>tf.nn.softmax_cross_entropy_with_logits</c> does.</remarks>
    public static Output SoftmaxCrossEntropyWithLogits(Output labels, Output logits, int axis = -1, string? name = null)
    {
        using NameScope scope = logits.Graph.NameScope(name ?? "softmax_cross_entropy_with_logits_sg");
        Output constant = StopGradient(labels, "labels_stop_gradient");
        return SoftmaxCrossEntropyWithLogitsV2(constant, logits, axis, scope.Name + "/");
    }

    /// <summary>The same, where gradients flow to the labels too.</summary>
    /// <param name="labels">Distributions along <paramref name="axis"/>: floating, of the logits' shape.</param>
    /// <param name="logits">Unscaled log-probabilities, of rank 1 or more. float16 and bfloat16 are computed in float32.</param>
    /// <param name="axis">The axis of the classes. Default: the last.</param>
    /// <param name="name">The scope; <c>softmax_cross_entropy_with_logits</c> when null.</param>
    /// <returns>The losses, with the class axis gone.</returns>
    /// <remarks>Emits what TF 1.14's <c>tf.nn.softmax_cross_entropy_with_logits_v2</c> does.</remarks>
    public static Output SoftmaxCrossEntropyWithLogitsV2(Output labels, Output logits, int axis = -1, string? name = null)
    {
        using NameScope scope = logits.Graph.NameScope(name ?? "softmax_cross_entropy_with_logits");
        bool isNarrow = logits.DType is DType.Float16 or DType.BFloat16;
        Output precise = isNarrow ? Cast(logits, DType.Float32) : logits;
        if (labels.DType != precise.DType) labels = Cast(labels, precise.DType);
        int rank = logits.Shape.Rank;
        if (axis != -1 && axis != rank - 1)
        {
            precise = ToLastAxis(precise, axis);
            labels = ToLastAxis(labels, axis);
        }

        Output inputRank = Rank(precise), inputShape = Shape(precise);
        Output cost = logits.Graph.Add(Cards.SoftmaxCrossEntropyWithLogits, scope.Name + "/",
            [FlattenOuter(precise), FlattenOuter(labels)]).Output;
        Output outer = Slice(inputShape, new[] { 0 }, Stack([Subtract(inputRank, 1)]));
        cost = Reshape(cost, outer);
        if (rank > 0)
        {
            int along = axis < 0 ? axis + rank : axis;
            cost.SetShape(logits.Shape.Slice(0, along).Concat(logits.Shape.Slice(along + 1)));
        }

        return isNarrow ? Cast(cost, logits.DType) : cost;
    }

    /// <summary>
    /// Cross-entropy between one class per row and the softmax of <paramref name="logits"/>.
    /// </summary>
    /// <param name="labels">The classes, int32 or int64 from 0 to the number of classes - 1, of the logits' shape less the last dimension.</param>
    /// <param name="logits">Unscaled log-probabilities along the last dimension. float16 is computed in float32.</param>
    /// <param name="name">The name; <c>SparseSoftmaxCrossEntropyWithLogits</c> when null.</param>
    /// <returns>The losses, of the labels' shape. A run with a label out of range fails.</returns>
    /// <exception cref="ShapeMismatchException">The labels' shape is not that of the logits less the last dimension.</exception>
    /// <remarks>Emits what TF 1.14's <c>tf.nn.sparse_softmax_cross_entropy_with_logits</c> does. Its second derivative is an error.</remarks>
    public static Output SparseSoftmaxCrossEntropyWithLogits(Output labels, Output logits, string? name = null)
    {
        Graph graph = logits.Graph;
        OpCard card = Cards.SparseSoftmaxCrossEntropyWithLogits;
        using NameScope scope = graph.NameScope(name ?? card.Type);
        bool isHalf = logits.DType == DType.Float16;
        Output precise = isHalf ? Cast(logits, DType.Float32) : logits;
        Shape labelShape = labels.Shape, outer = logits.Shape.HasRank && logits.Shape.Rank > 0 ? logits.Shape.Slice(0, logits.Shape.Rank - 1) : Tensors.Shape.Unknown;
        if (logits.Shape.Rank == 0 || !labelShape.IsCompatibleWith(outer))
            throw new ShapeMismatchException(card.Type, scope.Name, "labels of the logits' shape less the last dimension",
                $"labels {labelShape} and logits {logits.Shape}", "Give class numbers, not one-hot rows.", null);
        Output labelsShape = Shape(labels);
        if (logits.Shape.Rank == 2)
        {
            Output direct = graph.Add(card, name, [precise, labels]).Output;
            return isHalf ? Cast(direct, DType.Float16) : direct;
        }

        // What could not be checked here is checked by the run.
        Operation[] checks = labelShape.IsFullyKnown && outer.IsFullyKnown ? [] : [AssertEqual(Shape(labels), StridedSlice(Shape(logits), ..^1))];
        using IDisposable after = graph.ControlDependencies(checks);
        Output classes = StridedSlice(Shape(logits), ^1);
        Output cost = graph.Add(card, name,
            [Reshape(precise, Stack([graph.Constant(-1), classes])), Reshape(labels, -1)]).Output;
        cost = Reshape(cost, labelsShape);
        cost.SetShape(labelShape);
        return isHalf ? Cast(cost, DType.Float16) : cost;
    }

    private static Output FlattenOuter(Output x)
    {
        Output last = Slice(Shape(x), Stack([Subtract(Rank(x), 1)]), new[] { 1 });
        return Reshape(x, Concat([x.Graph.Constant(new[] { -1 }), last], 0));
    }

    private static Output ToLastAxis(Output x, int axis)
    {
        int rank = x.Shape.Rank;
        int from = axis < 0 ? axis + rank : axis;
        return Transpose(x, [.. Enumerable.Range(0, rank).Where(i => i != from), from]);
    }
}
