using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>
/// A list of values that a loop writes or reads one by one. Every write gives a new <see cref="TensorArray"/>: use that one
/// from there on.
/// </summary>
/// <example>
/// Carry <see cref="Flow"/> as a loop variable:
/// <code>
/// TensorArray squares = new(graph, DType.Float32, size: 10);
/// IReadOnlyList&lt;Output&gt; end = Op.While(v => Op.Less(v[0], 10),
///     v => [v[0] + 1, squares.WithFlow(v[1]).Write(v[0], Op.Square(Op.Cast(v[0], DType.Float32))).Flow],
///     [graph.Constant(0), squares.Flow]);
/// Output all = squares.WithFlow(end[1]).Stack();
/// </code>
/// </example>
/// <remarks>Source: TF 1.14 TensorArray.</remarks>
public sealed class TensorArray
{
    private readonly Inferred _element;

    /// <summary>Makes an array.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="dtype">The dtype of its elements.</param>
    /// <param name="size">How many elements, an int32 scalar.</param>
    /// <param name="dynamicSize">Whether writing past the end makes it longer. Default: false.</param>
    /// <param name="clearAfterRead">Whether an element can be read once only, which saves memory. Default: true.</param>
    /// <param name="elementShape">What is known of the shape of every element; nothing by default.</param>
    /// <param name="infersShape">Whether all elements have one shape, known from what is written. Default: true.</param>
    /// <param name="name">The name; <c>TensorArray</c> when null.</param>
    public TensorArray(Graph graph, DType dtype, Operand size, bool dynamicSize = false, bool clearAfterRead = true,
        Shape elementShape = default, bool infersShape = true, string? name = null)
    {
        using NameScope scope = graph.NameScope(name ?? "TensorArray");
        Output count = size.In(graph, DType.Int32, "size");
        Operation array = graph.Add(Cards.TensorArrayV3, $"{scope.Name}/", [count], ("dtype", dtype),
            ("element_shape", elementShape), ("dynamic_size", dynamicSize), ("clear_after_read", clearAfterRead),
            ("identical_element_shapes", infersShape));
        (DType, Handle, Flow) = (dtype, array.Outputs[0], array.Outputs[1]);
        _element = new Inferred { IsFixed = !infersShape, Shape = elementShape };
    }

    /// <summary>An array that exists already; nothing is known of its elements.</summary>
    internal TensorArray(DType dtype, Output handle, Output flow)
        : this(dtype, handle, flow, new Inferred { IsFixed = true })
    {
    }

    private TensorArray(DType dtype, Output handle, Output flow, Inferred element) =>
        (DType, Handle, Flow, _element) = (dtype, handle, flow, element);

    /// <summary>The dtype of the elements.</summary>
    public DType DType { get; }

    /// <summary>The handle of the array.</summary>
    public Output Handle { get; }

    /// <summary>A scalar that depends on all writes so far; gradients go back along it.</summary>
    public Output Flow { get; }

    /// <summary>What is known of the shape of every element.</summary>
    public Shape ElementShape => _element.Shape;

    /// <summary>The same array after other writes: inside a loop, and after it.</summary>
    public TensorArray WithFlow(Output flow) => new(DType, Handle, flow, _element);

    /// <summary>Writes an element.</summary>
    /// <exception cref="GraphException"><paramref name="value"/> has another dtype.</exception>
    public TensorArray Write(Operand index, Output value, string? name = null)
    {
        Graph graph = Handle.Graph;
        if (value.DType != DType)
            throw new GraphException("TensorArrayWriteV3", name ?? "TensorArrayWrite", DType.Name(),
                $"{value.DType.Name()} ({value.Name})", "Cast it.");
        using NameScope scope = graph.NameScope(name ?? "TensorArrayWrite");
        Output flow = graph.Add(Cards.TensorArrayWriteV3, null,
            [Handle, index.In(graph, DType.Int32, "index"), value, Flow]).Output;
        _element.Learn(value);
        return WithFlow(flow);
    }

    /// <summary>Reads an element.</summary>
    public Output Read(Operand index, string? name = null)
    {
        Graph graph = Handle.Graph;
        Output value = graph.Add(Cards.TensorArrayReadV3, name,
            [Handle, index.In(graph, DType.Int32, "index"), Flow], ("dtype", DType)).Output;
        value.SetShape(ElementShape);
        return value;
    }

    /// <summary>Reads several elements, stacked along a new first dimension.</summary>
    public Output Gather(Output indices, string? name = null) => Handle.Graph.Add(Cards.TensorArrayGatherV3, name,
        [Handle, indices, Flow], ("dtype", DType), ("element_shape", ElementShape)).Output;

    /// <summary>All elements, stacked along a new first dimension.</summary>
    public Output Stack(string? name = null)
    {
        using NameScope scope = Handle.Graph.NameScope(name ?? "TensorArrayStack");
        return Gather(Op.Range(0, Size()));
    }

    /// <summary>Writes the slices of <paramref name="value"/> along its first dimension to these elements.</summary>
    public TensorArray Scatter(Output indices, Output value, string? name = null)
    {
        using NameScope scope = Handle.Graph.NameScope(name ?? "TensorArrayScatter");
        Output flow = Handle.Graph.Add(Cards.TensorArrayScatterV3, null, [Handle, indices, value, Flow]).Output;
        _element.Learn(value, firstDimension: 1);
        return WithFlow(flow);
    }

    /// <summary>Writes the slices of <paramref name="value"/> along its first dimension to the elements in order.</summary>
    public TensorArray Unstack(Output value, string? name = null)
    {
        using NameScope scope = Handle.Graph.NameScope(name ?? "TensorArrayUnstack");
        return Scatter(Op.Range(0, Op.StridedSlice(Op.Shape(value), 0)), value);
    }

    /// <summary>All elements, joined along their first dimension.</summary>
    public Output Concat(string? name = null) => Handle.Graph.Add(Cards.TensorArrayConcatV3, name, [Handle, Flow],
        ("dtype", DType), ("element_shape_except0", ElementShape.Rank >= 1 ? ElementShape.Slice(1) : Shape.Unknown)).Outputs[0];

    /// <summary>Cuts <paramref name="value"/> into pieces of these lengths (int64) and writes them to the elements in order.</summary>
    public TensorArray Split(Output value, Output lengths, string? name = null)
    {
        using NameScope scope = Handle.Graph.NameScope(name ?? "TensorArraySplit");
        return WithFlow(Handle.Graph.Add(Cards.TensorArraySplitV3, null, [Handle, value, lengths, Flow]).Output);
    }

    /// <summary>How many elements there are, an int32 scalar.</summary>
    public Output Size(string? name = null) => Handle.Graph.Add(Cards.TensorArraySizeV3, name, [Handle, Flow]).Output;

    /// <summary>Empties the array.</summary>
    public Operation Close(string? name = null) => Handle.Graph.Add(Cards.TensorArrayCloseV3, name, [Handle]);

    /// <summary>The array of the gradients of this one, in one differentiation.</summary>
    internal TensorArray Gradient(string source, Output flow)
    {
        Graph graph = Handle.Graph;
        using NameScope scope = graph.NameScope("TensorArrayGrad");
        Output handle = graph.Add(Cards.TensorArrayGradV3, null, [Handle, flow], ("source", source)).Outputs[0];
        using IDisposable made = graph.ControlDependencies(handle.Operation);
        return new TensorArray(DType, handle, Op.Identity(flow, "gradient_flow"));
    }

    /// <summary>What all states of one array know of its elements.</summary>
    private sealed class Inferred
    {
        public required bool IsFixed { get; init; }

        public Shape Shape { get; set; }

        public void Learn(Output written, int firstDimension = 0)
        {
            if (IsFixed || !written.Shape.HasRank) return;
            Shape element = written.Shape.Slice(firstDimension);
            if (!Shape.TryMerge(element, out Shape merged))
                throw new ShapeMismatchException("TensorArray", written.Name, $"elements of shape {Shape}", element.ToString(),
                    "Make the array with infersShape: false when its elements differ in shape.");
            Shape = merged;
        }
    }
}
