using Ballast.Graphs;
using Ballast.Kernels.Elementwise;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>The largest integer that is not larger.</summary>
    public static readonly OpCard Floor = Rounded<Floor>("Floor", TypeSets.Floating, "⌊x⌋, element by element.");

    /// <summary>The smallest integer that is not smaller.</summary>
    public static readonly OpCard Ceil = Rounded<Ceil>("Ceil", TypeSets.Floating, "⌈x⌉, element by element.");

    /// <summary>The nearest integer, halves to even.</summary>
    public static readonly OpCard Round = Rounded<Round>("Round", TypeSets.Fewer, "The nearest integer, halves to even, element by element.");

    /// <summary>The nearest integer, halves to even; <see cref="Round"/> without integers.</summary>
    public static readonly OpCard Rint = Rounded<Round>("Rint", TypeSets.Floating, "The nearest integer, halves to even, element by element.");

    private static UnaryCard<TOp> Rounded<TOp>(string type, string types, string summary) where TOp : struct, IUnaryOperator =>
        new(type, types, summary) { NotDifferentiable = "piecewise constant" };
}

public static partial class Op
{
    /// <summary>⌊x⌋, element by element. No gradient.</summary>
    public static Output Floor(Output x, string? name = null) => Unary(Cards.Floor, x, name);

    /// <summary>⌈x⌉, element by element. No gradient.</summary>
    public static Output Ceil(Output x, string? name = null) => Unary(Cards.Ceil, x, name);

    /// <summary>The nearest integer, halves to even, element by element. No gradient.</summary>
    public static Output Round(Output x, string? name = null) => Unary(Cards.Round, x, name);

    /// <summary>The nearest integer, halves to even, element by element, as the operation Rint. No gradient.</summary>
    public static Output Rint(Output x, string? name = null) => Unary(Cards.Rint, x, name);
}
