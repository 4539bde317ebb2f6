using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Makes an array of values that lives for one run.</summary>
    public static readonly OpCard TensorArrayV3 = new("TensorArrayV3")
    {
        Summary = "An array of values, each written once, for this run alone. The flow orders what is done to it.",
        Signature = "size: int32 -> handle: resource, flow: float",
        Attributes = "dtype: type; element_shape: shape = <unknown>; dynamic_size: bool = false; clear_after_read: bool = true; "
            + "identical_element_shapes: bool = false; tensor_array_name: string = ''",
        Shape = context =>
        {
            context.SetOutput(0, Tensors.Shape.Vector(2));
            context.SetOutput(1, Tensors.Shape.Scalar);
        },
        Kernel = operation => context =>
        {
            int size = context.Input(0).Elements<int>()[0];
            if (size < 0) throw context.Invalid($"Size should be >= 0, got {size}.");
            TensorArrayState array = context.NewRunState<TensorArrayState>();
            array.Open(operation, size);
            context.SetOutput(0, array.Handle);
            context.Output(1, DType.Float32, Tensors.Shape.Scalar).Bytes.Clear();
        },
        IsStateful = true,
        NotDifferentiable = "a handle",
        Source = "TF 1.14 TensorArrayV3",
    };

    /// <summary>The array of the gradients of an array.</summary>
    public static readonly OpCard TensorArrayGradV3 = new("TensorArrayGradV3")
    {
        Summary = "The array that gathers the gradients of an array; the same one for every use in one differentiation.",
        Signature = "handle: resource, flow_in: float -> grad_handle: resource, flow_out: float",
        Attributes = "source: string",
        Shape = context =>
        {
            context.SetOutput(0, Tensors.Shape.Vector(2));
            context.SetOutput(1, Tensors.Shape.Scalar);
        },
        Kernel = operation =>
        {
            string source = operation["source"].String;
            return context =>
            {
                context.SetOutput(0, ArrayOf(context).GradientFor(context, source).Handle);
                context.Forward(1, 1);
            };
        },
        IsStateful = true,
        NotDifferentiable = "a handle",
        Source = "TF 1.14 TensorArrayGradV3",
    };

    /// <summary>Writes one element.</summary>
    public static readonly OpCard TensorArrayWriteV3 = new("TensorArrayWriteV3")
    {
        Summary = "Writes one element of an array.",
        Signature = "handle: resource, index: int32, value: T, flow_in: float -> flow_out: float",
        Attributes = "T: type",
        Shape = ScalarShape,
        Kernel = _ => context =>
        {
            Value value = context.Input(2);
            value.Retain();
            ArrayOf(context).Write(context, context.Input(1).Elements<int>()[0], value);
            context.Forward(3, 0);
        },
        IsStateful = true,
        Gradient = context =>
        {
            TensorArray gradient = GradientArray(context, context.Dy, context.X(2).DType, context.Dy);
            return [null, null, gradient.Read(context.X(1)), context.Dy];
        },
        Source = "TF 1.14 TensorArrayWriteV3, _TensorArrayWriteGrad",
    };

    /// <summary>Reads one element.</summary>
    public static readonly OpCard TensorArrayReadV3 = new("TensorArrayReadV3")
    {
        Summary = "Reads one element of an array.",
        Signature = "handle: resource, index: int32, flow_in: float -> value: dtype",
        Attributes = "dtype: type",
        Kernel = _ => context => Give(context, ArrayOf(context).Read(context, context.Input(1).Elements<int>()[0])),
        IsStateful = true,
        Gradient = context =>
        {
            TensorArray gradient = GradientArray(context, context.Dy, context.Y().DType, context.X(2));
            return [null, null, gradient.Write(context.X(1), context.Dy).Flow];
        },
        Source = "TF 1.14 TensorArrayReadV3, _TensorArrayReadGrad",
    };

    /// <summary>Reads several elements into one value.</summary>
    public static readonly OpCard TensorArrayGatherV3 = new("TensorArrayGatherV3")
    {
        Summary = "Reads several elements of an array, stacked along a new first dimension.",
        Signature = "handle: resource, indices: int32, flow_in: float -> value: dtype",
        Attributes = "dtype: type; element_shape: shape = <unknown>",
        Shape = context => context.SetOutput(0, context.Input(1) is { Rank: 1 } indices
            ? new Shape([indices[0]]).Concat(context["element_shape"].Shape)
            : Tensors.Shape.Unknown),
        Kernel = operation =>
        {
            Shape elementShape = operation["element_shape"].Shape;
            return context => TensorArrayRows.Gather(context, ArrayOf(context), context.Input(1), elementShape);
        },
        IsStateful = true,
        Gradient = context =>
        {
            TensorArray gradient = GradientArray(context, context.Dy, context.Y().DType, context.X(2));
            return [null, null, gradient.Scatter(context.X(1), context.Dy).Flow];
        },
        Source = "TF 1.14 TensorArrayGatherV3, _TensorArrayGatherGrad",
    };

    /// <summary>Writes several elements from one value.</summary>
    public static readonly OpCard TensorArrayScatterV3 = new("TensorArrayScatterV3")
    {
        Summary = "Writes the slices of a value along its first dimension to elements of an array.",
        Signature = "handle: resource, indices: int32, value: T, flow_in: float -> flow_out: float",
        Attributes = "T: type",
        Shape = ScalarShape,
        Kernel = _ => context =>
        {
            TensorArrayRows.Scatter(context, ArrayOf(context), context.Input(1), context.Input(2));
            context.Forward(3, 0);
        },
        IsStateful = true,
        Gradient = context =>
        {
            TensorArray gradient = GradientArray(context, context.Dy, context.X(2).DType, context.Dy);
            return [null, null, gradient.Gather(context.X(1)), context.Dy];
        },
        Source = "TF 1.14 TensorArrayScatterV3, _TensorArrayScatterGrad",
    };

    /// <summary>Joins all elements.</summary>
    public static readonly OpCard TensorArrayConcatV3 = new("TensorArrayConcatV3")
    {
        Summary = "Joins all elements of an array along their first dimension; gives their lengths as well.",
        Signature = "handle: resource, flow_in: float -> value: dtype, lengths: int64",
        Attributes = "dtype: type; element_shape_except0: shape = <unknown>",
        Shape = context =>
        {
            context.SetOutput(0, new Shape([-1]).Concat(context["element_shape_except0"].Shape));
            context.SetOutput(1, Tensors.Shape.UnknownOfRank(1));
        },
        Kernel = operation =>
        {
            Shape rest = operation["element_shape_except0"].Shape;
            return context => TensorArrayRows.Concat(context, ArrayOf(context), rest);
        },
        IsStateful = true,
        Gradient = context =>
        {
            TensorArray gradient = GradientArray(context, context.Dy, context.Y().DType, context.X(1));
            return [null, gradient.Split(context.Dy, context.Y(1)).Flow];
        },
        Source = "TF 1.14 TensorArrayConcatV3, _TensorArrayConcatGrad",
    };

    /// <summary>Writes all elements from one value.</summary>
    public static readonly OpCard TensorArraySplitV3 = new("TensorArraySplitV3")
    {
        Summary = "Cuts a value into pieces of given lengths along its first dimension and writes them to an array in order.",
        Signature = "handle: resource, value: T, lengths: int64, flow_in: float -> flow_out: float",
        Attributes = "T: type",
        Shape = ScalarShape,
        Kernel = _ => context =>
        {
            TensorArrayRows.Split(context, ArrayOf(context), context.Input(1), context.Input(2));
            context.Forward(3, 0);
        },
        IsStateful = true,
        Gradient = context =>
        {
            TensorArray gradient = GradientArray(context, context.Dy, context.X(1).DType, context.Dy);
            return [null, gradient.Concat(), null, context.Dy];
        },
        Source = "TF 1.14 TensorArraySplitV3, _TensorArraySplitGrad",
    };

    /// <summary>The number of elements.</summary>
    public static readonly OpCard TensorArraySizeV3 = new("TensorArraySizeV3")
    {
        Summary = "The number of elements of an array.",
        Signature = "handle: resource, flow_in: float -> size: int32",
        Shape = ScalarShape,
        Kernel = _ => context => context.Output(0, DType.Int32, Tensors.Shape.Scalar).Elements<int>()[0] = ArrayOf(context).Count,
        IsStateful = true,
        NotDifferentiable = "integer output",
        Source = "TF 1.14 TensorArraySizeV3",
    };

    /// <summary>Empties an array for good.</summary>
    public static readonly OpCard TensorArrayCloseV3 = new("TensorArrayCloseV3")
    {
        Summary = "Empties an array; it cannot be used any more.",
        Signature = "handle: resource ->",
        Kernel = _ => context => ArrayOf(context).Close(),
        IsStateful = true,
        NotDifferentiable = "no outputs",
        Source = "TF 1.14 TensorArrayCloseV3",
    };

    private static void ScalarShape(ShapeContext context) => context.SetOutput(0, Tensors.Shape.Scalar);

    private static TensorArrayState ArrayOf(KernelContext context) => context.StateOf<TensorArrayState>(0);

    private static void Give(KernelContext context, Value value)
    {
        context.SetOutput(0, value);
        value.Release();
    }

    private static TensorArray GradientArray(GradientContext context, Output dy, DType dtype, Output flow) =>
        new TensorArray(dtype, context.X(), flow).Gradient(SourceOf(context, dy), flow);

    /// <summary>The differentiation that a gradient belongs to: its name up to the last part that begins with "gradients".</summary>
    private static string SourceOf(GradientContext context, Output dy)
    {
        string[] parts = dy.Operation.Name.Split('/');
        int last = Array.FindLastIndex(parts, part => part.StartsWith("gradients", StringComparison.Ordinal));
        return last >= 0
            ? string.Join('/', parts[..(last + 1)])
            : throw new NoGradientException(context.Operation,
                $"the gradient '{dy.Name}', whose name has no part that begins with 'gradients': call Gradients with such a name");
    }
}
