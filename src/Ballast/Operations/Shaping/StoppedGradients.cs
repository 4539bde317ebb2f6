using Ballast.Graphs;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Passes its input on as if it were a constant.</summary>
    public static readonly OpCard StopGradient = new("StopGradient")
    {
        Summary = "Passes its input on; no gradient flows back.",
        Signature = "input: T -> output: T",
        Attributes = "T: type",
        Shape = context => context.SetOutput(0, context.Input(0)),
        Kernel = _ => context => context.Forward(0, 0),
        NotDifferentiable = "it says so: its input counts as a constant",
        Source = "TF 1.14 StopGradient",
    };

    /// <summary>Passes its input on; differentiating it is an error.</summary>
    public static readonly OpCard PreventGradient = new("PreventGradient")
    {
        Summary = "Passes its input on; a gradient that asks to flow back is an error with the message given.",
        Signature = "input: T -> output: T",
        Attributes = "T: type; message: string = ''",
        Shape = context => context.SetOutput(0, context.Input(0)),
        Kernel = _ => context => context.Forward(0, 0),
        Gradient = context => throw new NoGradientException(context.Operation,
            $"Gradient explicitly disabled. Reason: {context.Operation["message"].String}"),
        Source = "TF 1.14 PreventGradient, _PreventGradientGrad",
    };
}

public static partial class Op
{
    /// <summary>Passes <paramref name="x"/> on as if it were a constant: no gradient flows back.</summary>
    public static Output StopGradient(Output x, string? name = null) => x.Graph.Add(Cards.StopGradient, name, [x]).Output;

    /// <summary>Passes <paramref name="x"/> on; differentiating through it throws.</summary>
    /// <param name="x">Any output.</param>
    /// <param name="message">Why.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output PreventGradient(Output x, string message = "", string? name = null) =>
        x.Graph.Add(Cards.PreventGradient, name, [x], ("message", message)).Output;
}
