using System.Numerics.Tensors;
using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Sum of values of one shape.</summary>
    public static readonly OpCard AddN = new("AddN")
    {
        Summary = "The sum of all inputs, element by element; no broadcasting.",
        Signature = "inputs: N * T -> sum: T",
        Attributes = "N: int >= 1; T: real",
        Shape = context =>
        {
            Shape shape = context.Input(0);
            for (int i = 1; i < context.InputCount; i++)
                shape = context.Merge(shape, context.Input(i), "inputs of one shape");
            context.SetOutput(0, shape);
        },
        Kernel = _ => context =>
        {
            Value sum = context.Output(0, context.Input(0).DType, context.Input(0).Shape);
            context.Input(0).Bytes.CopyTo(sum.Bytes);
            for (int i = 1; i < context.InputCount; i++)
                TensorPrimitives.Add(sum.Span<float>(), context.Input(i).Span<float>(), sum.Elements<float>());
        },
        Gradient = context =>
        {
            var gradients = new Gradient?[context.Operation.Inputs.Count];
            Array.Fill(gradients, context.Upstream());
            return gradients;
        },
        Source = "TF 1.14 AddN",
    };

    /// <summary>Zeros of another value's shape.</summary>
    public static readonly OpCard ZerosLike = new("ZerosLike")
    {
        Summary = "Zeros of the input's shape and dtype.",
        Signature = "x: T -> y: T",
        Attributes = "T: type",
        Shape = context => context.SetOutput(0, context.Input(0)),
        Kernel = _ => context =>
            context.Output(0, context.Input(0).DType, context.Input(0).Shape).Bytes.Clear(),
        NotDifferentiable = "constant output",
        Source = "TF 1.14 ZerosLike",
    };

    /// <summary>Ones of another value's shape.</summary>
    public static readonly OpCard OnesLike = new("OnesLike")
    {
        Summary = "Ones of the input's shape and dtype.",
        Signature = "x: T -> y: T",
        Attributes = "T: {bfloat16, half, float, double, int8, uint8, int16, uint16, int32, int64, bool}",
        Shape = context => context.SetOutput(0, context.Input(0)),
        Kernel = _ => context =>
        {
            Value y = context.Output(0, context.Input(0).DType, context.Input(0).Shape);
            Span<byte> one = Scalars.Of(1, y.DType, "one").Bytes;
            for (int i = 0; i < y.Bytes.Length; i += one.Length) one.CopyTo(y.Bytes[i..]);
        },
        NotDifferentiable = "constant output",
        Source = "TF 1.14 OnesLike",
    };
}

public static partial class Op
{
    /// <summary>The sum of all inputs, which have one shape; a single input passes as it is.</summary>
    public static Output AddN(IReadOnlyList<Output> inputs, string? name = null) =>
        inputs.Count == 1 && name is null ? inputs[0] : inputs[0].Graph.Add(Cards.AddN, name, [.. inputs]).Output;

    /// <summary>Zeros of <paramref name="x"/>'s shape and dtype.</summary>
    public static Output ZerosLike(Output x, string? name = null) =>
        x.Graph.Add(Cards.ZerosLike, name ?? "zeros_like", [x]).Output;

    /// <summary>Ones of <paramref name="x"/>'s shape and dtype.</summary>
    public static Output OnesLike(Output x, string? name = null) =>
        x.Graph.Add(Cards.OnesLike, name ?? "ones_like", [x]).Output;

    /// <summary>The gradient as one output: slices are summed into rows of zeros, as TensorFlow converts IndexedSlices.</summary>
    /// <exception cref="GraphException">The slices do not say how many rows the whole has.</exception>
    public static Output ToDense(Gradient gradient)
    {
        if (gradient is not IndexedSlices slices) return gradient.Values;
        throw new GraphException("IndexedSlices", slices.Values.Name, "a known dense shape", "none", "");
    }
}
