using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>The dimensions of a value.</summary>
    public static readonly OpCard ShapeOf = new("Shape")
    {
        Summary = "The dimensions of the input, as a vector.",
        Signature = "input: T -> output: out_type",
        Attributes = "T: type; out_type: index = int32",
        Shape = context => context.SetOutput(0, VectorOfRank(context.Input(0))),
        PartialShape = operation => operation.Inputs[0].Shape,
        Constant = ShapeAsConstant,
        Kernel = ShapeKernel,
        NotDifferentiable = "integer output",
        Source = "TF 1.14 Shape",
    };

    /// <summary>The dimensions of several values.</summary>
    public static readonly OpCard ShapeN = new("ShapeN")
    {
        Summary = "The dimensions of each input, as vectors.",
        Signature = "input: N * T -> output: N * out_type",
        Attributes = "N: int >= 1; T: type; out_type: index = int32",
        Shape = context =>
        {
            for (int i = 0; i < context.InputCount; i++) context.SetOutput(i, VectorOfRank(context.Input(i)));
        },
        Constant = ShapeAsConstant,
        Kernel = ShapeKernel,
        NotDifferentiable = "integer output",
        Source = "TF 1.14 ShapeN",
    };

    /// <summary>The number of elements of a value.</summary>
    public static readonly OpCard Size = Count("Size", "The number of elements of the input.",
        shape => shape.IsFullyKnown ? shape.ElementCount : null, "out_type");

    /// <summary>The number of dimensions of a value.</summary>
    public static readonly OpCard Rank = Count("Rank", "The number of dimensions of the input.",
        shape => shape.HasRank ? shape.Rank : null, null);

    /// <summary>A number that follows from the shape of the input alone.</summary>
    private static OpCard Count(string type, string summary, Func<Shape, long?> count, string? typeAttribute)
    {
        return new(type)
        {
            Summary = summary,
            Signature = $"input: T -> output: {typeAttribute ?? "int32"}",
            Attributes = typeAttribute is null ? "T: type" : $"T: type; {typeAttribute}: index = int32",
            Shape = context => context.SetOutput(0, Shape.Scalar),
            Constant = (operation, _) => count(operation.Inputs[0].Shape) is { } known ? Integers.Of(known, Result(operation)) : null,
            Kernel = operation =>
            {
                DType dtype = Result(operation);
                return context =>
                {
                    long number = count(context.Input(0).Shape)!.Value;
                    Value y = context.Output(0, dtype, Shape.Scalar);
                    if (dtype == DType.Int64) y.Elements<long>()[0] = number;
                    else if (number <= int.MaxValue) y.Elements<int>()[0] = (int)number;
                    else throw context.Invalid($"expected a number that fits int32, got {number}. Ask for int64.");
                };
            },
            NotDifferentiable = "integer output",
            Source = $"TF 1.14 {type}",
        };

        DType Result(Operation operation) => typeAttribute is null ? DType.Int32 : operation[typeAttribute].Type;
    }

    private static Shape VectorOfRank(in Shape shape) =>
        shape.HasRank ? Shape.Vector(shape.Rank) : Shape.UnknownOfRank(1);

    private static Value? ShapeAsConstant(Operation operation, int output) =>
        operation.Inputs[output].Shape is { IsFullyKnown: true } known ? Integers.Of(known, operation["out_type"].Type) : null;

    private static Kernel ShapeKernel(Operation operation)
    {
        DType dtype = operation["out_type"].Type;
        return context =>
        {
            for (int i = 0; i < context.InputCount; i++)
            {
                Shape shape = context.Input(i).Shape;
                Integers.Write(shape, context.Output(i, dtype, Shape.Vector(shape.Rank)));
            }
        };
    }
}

public static partial class Op
{
    /// <summary>The dimensions of <paramref name="x"/>, as a vector; a Const where they are known already.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="dtype">int32 (the default) or int64.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output Shape(Output x, DType dtype = DType.Int32, string? name = null) => x.Shape.IsFullyKnown
        ? x.Graph.Constant(Integers.Of(x.Shape, dtype), name ?? "Shape")
        : x.Graph.Add(Cards.ShapeOf, name, [x], ("out_type", dtype)).Output;

    /// <summary>The dimensions of each of <paramref name="inputs"/>, which have one dtype.</summary>
    /// <param name="inputs">Values of one dtype.</param>
    /// <param name="dtype">int32 (the default) or int64.</param>
    /// <param name="name">The name; the type when null.</param>
    public static IReadOnlyList<Output> ShapeN(IReadOnlyList<Output> inputs, DType dtype = DType.Int32, string? name = null) =>
        inputs[0].Graph.Add(Cards.ShapeN, name, [.. inputs], ("out_type", dtype)).Outputs;

    /// <summary>The number of elements of <paramref name="x"/>; a Const where it is known already.</summary>
    /// <param name="x">Any value.</param>
    /// <param name="dtype">int32 (the default) or int64.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output Size(Output x, DType dtype = DType.Int32, string? name = null) => x.Shape.IsFullyKnown
        ? x.Graph.Constant(Integers.Of(x.Shape.ElementCount, dtype), name ?? "Size")
        : x.Graph.Add(Cards.Size, name, [x], ("out_type", dtype)).Output;

    /// <summary>The number of dimensions of <paramref name="x"/>, int32; a Const where it is known already.</summary>
    public static Output Rank(Output x, string? name = null) => x.Shape.HasRank
        ? x.Graph.Constant(x.Shape.Rank, name ?? "Rank")
        : x.Graph.Add(Cards.Rank, name, [x]).Output;
}
