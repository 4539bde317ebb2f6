using Ballast.Graphs;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Passes its input on.</summary>
    public static readonly OpCard Identity = new("Identity")
    {
        Summary = "Passes its input on.",
        Signature = "input: T -> output: T",
        Attributes = "T: type",
        Shape = context => context.SetOutput(0, context.Input(0)),
        Kernel = _ => context => context.Forward(0, 0),
        Gradient = context => [context.Upstream()],
        Source = "TF 1.14 Identity",
    };

    /// <summary>Does nothing; others wait for it.</summary>
    public static readonly OpCard NoOp = new("NoOp")
    {
        Summary = "Does nothing: a point that others wait for.",
        Signature = "->",
        Kernel = _ => _ => { },
        NotDifferentiable = "no outputs",
        Source = "TF 1.14 NoOp",
    };
}

/// <summary>Adds operations to a graph: TensorFlow's operations under .NET's casing.</summary>
public static partial class Op
{
    /// <summary>Passes <paramref name="x"/> on. Made inside control dependencies, it waits for them.</summary>
    public static Output Identity(Output x, string? name = null) => x.Graph.Add(Cards.Identity, name, [x]).Output;
}
