using System.Collections.Frozen;
using Ballast.Graphs;

namespace Ballast.Operations;

/// <summary>The list of all operations that Ballast knows, by type.</summary>
public static class Catalogue
{
    private static readonly FrozenDictionary<string, OpCard> ByType = All().ToFrozenDictionary(card => card.Type);

    /// <summary>Every card.</summary>
    public static IEnumerable<OpCard> Cards => ByType.Values;

    /// <summary>The card of a type.</summary>
    /// <returns>Null when Ballast does not know the type.</returns>
    public static OpCard? Find(string type) => ByType.GetValueOrDefault(type);

    private static IEnumerable<OpCard> All() =>
    [
        .. Sources,
        .. Arithmetic,
        .. Shaping,
        .. Networks,
        .. State,
        .. ControlFlow,
        .. Checks,
        .. Updates,
    ];

    /// <summary>Constants, placeholders, fills, random numbers.</summary>
    private static IEnumerable<OpCard> Sources =>
    [
        Operations.Cards.Const,
        Operations.Cards.Placeholder,
        Operations.Cards.PlaceholderWithDefault,
        Operations.Cards.ZerosLike,
        Operations.Cards.OnesLike,
    ];

    /// <summary>Element-wise mathematics, comparisons, reductions.</summary>
    private static IEnumerable<OpCard> Arithmetic =>
    [
        Operations.Cards.Add,
        Operations.Cards.AddN,
    ];

    /// <summary>Shapes, joining, slicing, gathering.</summary>
    private static IEnumerable<OpCard> Shaping =>
    [
        Operations.Cards.Identity,
        Operations.Cards.ShapeOf,
        Operations.Cards.ShapeN,
        Operations.Cards.Size,
        Operations.Cards.Rank,
        Operations.Cards.Reshape,
        Operations.Cards.ExpandDims,
        Operations.Cards.Squeeze,
    ];

    /// <summary>Matrix products, activations, losses, convolution, pooling, normalisation.</summary>
    private static IEnumerable<OpCard> Networks =>
    [
        Operations.Cards.MatMul,
        Operations.Cards.BatchMatMul,
    ];

    /// <summary>Variables.</summary>
    private static IEnumerable<OpCard> State =>
    [
        Operations.Cards.VariableV2,
        Operations.Cards.Assign,
    ];

    /// <summary>Switch, Merge, frames, stacks, tensor arrays.</summary>
    private static IEnumerable<OpCard> ControlFlow =>
    [
        Operations.Cards.NoOp,
    ];

    /// <summary>Tests for NaN and Inf, assertions, printing.</summary>
    private static IEnumerable<OpCard> Checks =>
    [
    ];

    /// <summary>What optimizers do to variables.</summary>
    private static IEnumerable<OpCard> Updates =>
    [
    ];
}
