using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>A value that a session keeps from run to run, and that optimizers change.</summary>
/// <remarks>Stands for its current value wherever an output is expected.</remarks>
public sealed class Variable
{
    internal Variable(Output handle, Output value, Operation initializer, Output initialValue, bool isTrainable)
    {
        (Handle, Value, Initializer, InitialValue, IsTrainable) = (handle, value, initializer, initialValue, isTrainable);
    }

    /// <summary>The name of the variable's operation, which is its key in a checkpoint.</summary>
    public string Name => Handle.Operation.Name;

    /// <summary>The element type.</summary>
    public DType DType => Value.DType;

    /// <summary>The shape.</summary>
    public Shape Shape => Value.Shape;

    /// <summary>The graph it belongs to.</summary>
    public Graph Graph => Handle.Graph;

    /// <summary>What an update writes to: a reference, or the handle of a resource.</summary>
    public Output Handle { get; }

    /// <summary>The value, read.</summary>
    public Output Value { get; }

    /// <summary>The operation that gives it its initial value.</summary>
    public Operation Initializer { get; }

    /// <summary>The initial value.</summary>
    public Output InitialValue { get; }

    /// <summary>Whether optimizers change it unless told otherwise.</summary>
    public bool IsTrainable { get; }

    /// <summary>Whether it is a resource variable (VarHandleOp) rather than a reference variable (VariableV2).</summary>
    public bool IsResource => Handle.DType == DType.Resource;

    /// <summary>The current value.</summary>
    public static implicit operator Output(Variable variable) => variable.Value;

    /// <summary>Name, dtype and shape.</summary>
    public override string ToString() => $"{Name} {DType.Name()}{Shape}";
}

/// <summary>Adds variables to a graph.</summary>
public static class GraphVariables
{
    extension(Graph graph)
    {
        /// <summary>A reference variable, as TF 1.x makes them: <c>w</c>, <c>w/Assign</c>, <c>w/read</c>.</summary>
        /// <param name="initialValue">What the initializer assigns.</param>
        /// <param name="name">The name; <c>Variable</c> when null.</param>
        /// <param name="trainable">Whether optimizers change it. Default: true.</param>
        public Variable Variable(Operand initialValue, string? name = null, bool trainable = true)
        {
            using NameScope scope = graph.NameScope(name ?? "Variable");
            Output initial = initialValue.In(graph, DType.Float32, "initial_value");
            Output handle = graph.Add(Cards.VariableV2, scope.Name + "/", [], ("shape", initial.Shape),
                ("dtype", initial.DType)).Output;
            Operation assign = graph.Add(Cards.Assign, "Assign", [handle, initial]);
            Output read = graph.Add(Cards.Identity, "read", [handle]).Output;
            var variable = new Variable(handle, read, assign, initial, trainable);
            graph.Collections.Add(GraphCollections.Variables, variable);
            if (trainable) graph.Collections.Add(GraphCollections.TrainableVariables, variable);
            return variable;
        }
    }
}
