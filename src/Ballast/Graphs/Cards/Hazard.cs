namespace Ballast.Graphs;

/// <summary>A point at which finite inputs give a non-finite output or gradient.</summary>
/// <param name="IsBackward">True for the gradient, false for the output.</param>
/// <param name="When">Where it happens: <c>x = 0</c>.</param>
/// <param name="Gives">What comes out: <c>y = -Inf</c>.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record Hazard(bool IsBackward, string When, string Gives, string Remedy)
{
    /// <summary>A hazard of the output.</summary>
    public static Hazard Forward(string when, string gives, string remedy) => new(false, when, gives, remedy);

    /// <summary>A hazard of the gradient.</summary>
    public static Hazard Backward(string when, string gives, string remedy) => new(true, when, gives, remedy);
}
