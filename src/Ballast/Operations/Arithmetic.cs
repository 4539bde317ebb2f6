using System.Numerics.Tensors;
using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Sum of two values, element by element.</summary>
    public static readonly OpCard Add = new("Add")
    {
        Summary = "x + y, element by element, broadcasting.",
        Signature = "x: T, y: T -> z: T",
        Attributes = "T: type",
        Shape = context => context.SetOutput(0, context.Broadcast(context.Input(0), context.Input(1))),
        Kernel = _ => context =>
        {
            Value x = context.Input(0), y = context.Input(1);
            Value z = context.Output(0, x.DType, x.Length >= y.Length ? x.Shape : y.Shape);
            if (x.Length == y.Length) TensorPrimitives.Add(x.Span<float>(), y.Span<float>(), z.Elements<float>());
            else if (y.Length == 1) TensorPrimitives.Add(x.Span<float>(), y.Span<float>()[0], z.Elements<float>());
            else throw context.Invalid("broadcast");
        },
        Gradient = context => [context.Dy, context.Dy],
        Source = "TF 1.14 Add",
    };
}

public static partial class Op
{
    /// <summary>x + y, element by element, broadcasting.</summary>
    public static Output Add(Output x, Operand y, string? name = null)
    {
        Output right = y.In(x.Graph, x.DType, $"{name ?? "add"}/y");
        return x.Graph.Add(Cards.Add, name ?? "add", [x, right]).Output;
    }
}

/// <summary>C#'s operators on outputs.</summary>
public static class OutputOperators
{
    extension(Output)
    {
        /// <summary>x + y, element by element, broadcasting.</summary>
        public static Output operator +(Output x, Operand y) => Op.Add(x, y);

        /// <summary>x + y, element by element, broadcasting.</summary>
        public static Output operator +(double x, Output y) => Op.Add(y, x);
    }
}
