using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Gradients;

/// <summary>Gradients for outputs that none reached, though others of the same operation received one.</summary>
internal static class ZeroGradients
{
    /// <summary>Whether a gradient can flow through a value of this type.</summary>
    public static bool CarriesGradient(Output output) => output.DType.IsFloating() || output.DType == DType.Resource;

    /// <summary>Zeros of an output's shape; for the side of a conditional's Switch that was not taken, zeros that live when it is not.</summary>
    public static Output? Like(Output output)
    {
        Operation operation = output.Operation;
        if (operation.Card.ControlFlow == ControlFlowKind.Switch && operation.ControlFlow is CondContext branch)
        {
            DType dtype = DTypeBehind(output);
            if (dtype == DType.Invalid) return null;
            Output bypass = Op.SwitchOf(operation.Inputs[0], branch.Predicate).Outputs[1 - branch.Branch];
            Output pivot = Op.Identity(bypass);
            Output shape = ShapeOf(bypass);
            using IDisposable gate = output.Graph.ControlDependencies(pivot.Operation);
            return Op.Zeros(shape, dtype);
        }

        return output.DType == DType.Resource ? null : Op.ZerosLike(output);
    }

    /// <summary>A constant of zeros in the current scope.</summary>
    public static Output Constant(Graph graph, DType dtype, in Shape shape, string? name = null)
    {
        Value zeros = Value.Allocate(dtype, shape);
        zeros.Bytes.Clear();
        return graph.Constant(zeros, name);
    }

    /// <summary>
    /// The shape of a value, or of the variable behind a handle, at run time, even where it is known before: it lives only if
    /// the value does.
    /// </summary>
    public static Output ShapeOf(Output output, DType dtype = DType.Int32) => output.DType == DType.Resource
        ? output.Graph.Add(Cards.VariableShape, null, [output], ("out_type", dtype)).Output
        : output.Graph.Add(Cards.ShapeOf, "Shape", [output], ("out_type", dtype)).Output;

    /// <summary>The dtype of a gradient for a value, or for the variable behind a handle; Invalid for other handles.</summary>
    private static DType DTypeBehind(Output output)
    {
        if (output.DType != DType.Resource) return output.DType;
        Operation operation = output.Operation;
        while (operation.Card != Cards.VarHandleOp && operation.Inputs.Count > 0) operation = operation.Inputs[0].Operation;
        return operation.Card == Cards.VarHandleOp ? operation["dtype"].Type : DType.Invalid;
    }
}
