using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Whether each row's target is among its k largest predictions; k as an attribute.</summary>
    public static readonly OpCard InTopK = InTopKCard("InTopK", "predictions: float, targets: T -> precision: bool",
        "k: int; T: {int32, int64} = int32", operation =>
        {
            long k = operation["k"].Int;
            return _ => k;
        });

    /// <summary>Whether each row's target is among its k largest predictions; k as an input.</summary>
    public static readonly OpCard InTopKV2 = InTopKCard("InTopKV2", "predictions: float, targets: T, k: T -> precision: bool",
        "T: {int32, int64} = int32", operation => operation["T"].Type == DType.Int64
            ? context => context.Input(2).Scalar<long>()
            : context => context.Input(2).Scalar<int>());

    private static OpCard InTopKCard(string type, string signature, string attributes, Func<Operation, Func<KernelContext, long>> readK) => new(type)
    {
        Summary = "Whether each row's target class is among its k largest predictions; classes that tie with the k-th all count. " +
            "A target out of range or a non-finite prediction gives false.",
        Signature = signature,
        Attributes = attributes,
        Shape = context =>
        {
            Shape predictions = context.WithRank(0, 2), targets = context.WithRank(1, 1);
            context.SetOutput(0, context.Merge(targets, Shape.Vector(predictions[0]), "one target for each row of predictions"));
        },
        Kernel = operation =>
        {
            Func<KernelContext, long> k = readK(operation);
            return context =>
            {
                Value predictions = context.Input(0), targets = context.Input(1);
                if (predictions.Shape.Rank != 2 || targets.Shape.Rank != 1 || predictions.Shape[0] != targets.Length)
                    throw context.Invalid($"Expected predictions [rows, classes] and one target for each row, " +
                        $"got {predictions.Shape} and {targets.Shape}.");
                Span<bool> hits = context.Output(0, DType.Bool, targets.Shape).Elements<bool>();
                int classes = predictions.Shape[1];
                long atMost = k(context);
                for (int row = 0; row < hits.Length; row++)
                {
                    long target = targets.DType == DType.Int64 ? targets.Span<long>()[row] : targets.Span<int>()[row];
                    hits[row] = IsAmongLargest(predictions.Span<float>().Slice(row * classes, classes), target, atMost);
                }
            };
        },
        NotDifferentiable = "boolean output",
        Source = $"TF 1.14 {type}",
    };

    private static bool IsAmongLargest(ReadOnlySpan<float> predictions, long target, long k)
    {
        if ((ulong)target >= (ulong)predictions.Length || !float.IsFinite(predictions[(int)target])) return false;
        float threshold = predictions[(int)target];
        long larger = 0;
        foreach (float prediction in predictions)
        {
            // A row that holds a non-finite number has no ranking.
            if (!float.IsFinite(prediction)) return false;
            if (prediction > threshold) larger++;
        }

        return larger < k;
    }
}

public static partial class Op
{
    /// <summary>Whether each row's target class is among its <paramref name="k"/> largest predictions.</summary>
    /// <param name="predictions">float32, <c>[rows, classes]</c>.</param>
    /// <param name="targets">int32 or int64, one class per row. One out of range gives false.</param>
    /// <param name="k">How many of the largest count; classes that tie with the k-th all do.</param>
    /// <param name="name">The name; <c>in_top_k</c> when null.</param>
    public static Output InTopK(Output predictions, Output targets, int k, string? name = null)
    {
        using NameScope scope = predictions.Graph.NameScope(name ?? "in_top_k");
        return predictions.Graph.Add(Cards.InTopKV2, scope.Name + "/InTopKV2",
            [predictions, targets, ((Operand)k).In(predictions.Graph, targets.DType, "InTopKV2/k")]).Output;
    }
}
