using System.Text;
using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Fails the run unless its condition is true.</summary>
    public static readonly OpCard Assert = new("Assert")
    {
        Summary = "Fails the run when the condition is false, and prints the data.",
        Signature = "condition: bool, data: T ->",
        Attributes = "T: list(type) >= 1; summarize: int = 3",
        Shape = _ => { },
        Kernel = operation =>
        {
            int summarize = checked((int)operation["summarize"].Int);
            return context =>
            {
                Value condition = context.Input(0);
                if (condition.Length != 1)
                    throw context.Invalid($"In[0] should be a scalar: {condition.Shape}");
                if (condition.Span<bool>()[0]) return;
                var message = new StringBuilder("assertion failed:");
                for (int i = 1; i < context.InputCount; i++)
                    message.Append(" [").Append(ValueSummary.Of(context.Input(i), summarize)).Append(']');
                throw new AssertionFailedException(context.Operation, message.ToString());
            };
        },
        IsStateful = true,
        NotDifferentiable = "no outputs",
        Source = "TF 1.14 Assert",
    };

    /// <summary>Passes its input on and prints other values.</summary>
    public static readonly OpCard Print = new("Print")
    {
        Summary = "Passes its input on and prints the data to the session's writer.",
        Signature = "input: T, data: U -> output: T",
        Attributes = "T: type; U: list(type) >= 0; message: string = ''; first_n: int = -1; summarize: int = 3",
        Shape = context => context.SetOutput(0, context.Input(0)),
        Kernel = operation =>
        {
            string message = operation["message"].String;
            long first = operation["first_n"].Int;
            int summarize = checked((int)operation["summarize"].Int);
            long printed = 0;
            return context =>
            {
                context.Forward(0, 0);
                if (first >= 0 && Interlocked.Increment(ref printed) > first) return;
                var line = new StringBuilder(message);
                for (int i = 1; i < context.InputCount; i++)
                    line.Append('[').Append(ValueSummary.Of(context.Input(i), summarize)).Append(']');
                lock (context.PrintTo) context.PrintTo.WriteLine(line);
            };
        },
        IsStateful = true,
        Gradient = context => [context.Dy, .. new Gradient?[context.Operation.Inputs.Count - 1]],
        Source = "TF 1.14 Print, _PrintGrad",
    };
}

public static partial class Op
{
    /// <summary>Fails the run with <see cref="AssertionFailedException"/> unless <paramref name="condition"/> is true.</summary>
    /// <param name="condition">A bool scalar.</param>
    /// <param name="data">What the error prints.</param>
    /// <param name="summarize">The most elements printed of each item; negative for all. Default: 3.</param>
    /// <param name="name">The name; the type when null.</param>
    /// <returns>An operation that must be run, or made a control dependency, or it never asserts anything.</returns>
    /// <remarks>
    /// TF 1.14 puts the Assert into the branch of a Cond where data would be costly to gather; here it stands alone, and
    /// costs nothing while the condition holds.
    /// </remarks>
    public static Operation Assert(Output condition, IReadOnlyList<Output> data, int summarize = 3, string? name = null)
    {
        using NameScope scope = condition.Graph.NameScope(name ?? "Assert");
        Operation assert = condition.Graph.Add(Cards.Assert, "Assert", [condition, .. data], ("summarize", summarize));
        condition.Graph.Collections.Add(GraphCollections.Asserts, assert);
        return assert;
    }

    /// <summary>Passes <paramref name="x"/> on and prints <paramref name="data"/> to the session's writer.</summary>
    /// <param name="x">What is passed on.</param>
    /// <param name="data">What is printed.</param>
    /// <param name="message">What each line begins with.</param>
    /// <param name="firstN">How often to print; negative (the default) for always.</param>
    /// <param name="summarize">The most elements printed of each item; negative for all. Default: 3.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output Print(Output x, IReadOnlyList<Output> data, string message = "", int firstN = -1,
        int summarize = 3, string? name = null) =>
        x.Graph.Add(Cards.Print, name, [x, .. data], ("message", message), ("first_n", firstN), ("summarize", summarize)).Output;
}
