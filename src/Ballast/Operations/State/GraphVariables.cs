using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>Makes the first value of a variable: adds operations that give a value of this shape and dtype.</summary>
/// <param name="graph">The graph to add to, inside the variable's scope.</param>
/// <param name="shape">The shape of the variable, fully known.</param>
/// <param name="dtype">The element type of the variable.</param>
public delegate Output Initializer(Graph graph, Shape shape, DType dtype);

/// <summary>Adds variables to a graph.</summary>
public static class GraphVariables
{
    extension(Graph graph)
    {
        /// <summary>A reference variable, as TF 1.x makes them: <c>w</c>, <c>w/Assign</c>, <c>w/read</c>.</summary>
        /// <param name="initialValue">What the initializer assigns; a C# number becomes float32.</param>
        /// <param name="name">The name; <c>Variable</c> when null.</param>
        /// <param name="trainable">Whether optimizers change it. Default: true.</param>
        /// <param name="constraint">What optimizers put the value through after each update; nothing when null.</param>
        public Variable Variable(Operand initialValue, string? name = null, bool trainable = true,
            Func<Output, Output>? constraint = null) =>
            Make(graph, false, () => initialValue.In(graph, DType.Float32, "initial_value"), name, trainable, constraint);

        /// <summary>A reference variable of a shape, with a first value from an initializer.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="initializer">Makes the first value under <c>name/Initializer/</c>.</param>
        /// <param name="name">The name; <c>Variable</c> when null.</param>
        /// <param name="dtype">The element type. Default: float32.</param>
        /// <param name="trainable">Whether optimizers change it. Default: true.</param>
        /// <param name="constraint">What optimizers put the value through after each update; nothing when null.</param>
        public Variable Variable(Shape shape, Initializer initializer, string? name = null, DType dtype = DType.Float32,
            bool trainable = true, Func<Output, Output>? constraint = null) =>
            Make(graph, false, () => Initialized(graph, shape, initializer, dtype), name, trainable, constraint);

        /// <summary>A resource variable: <c>w</c>, <c>w/IsInitialized/VarIsInitializedOp</c>, <c>w/Assign</c>, <c>w/Read/ReadVariableOp</c>.</summary>
        /// <param name="initialValue">What the initializer assigns; a C# number becomes float32.</param>
        /// <param name="name">The name; <c>Variable</c> when null.</param>
        /// <param name="trainable">Whether optimizers change it. Default: true.</param>
        /// <param name="constraint">What optimizers put the value through after each update; nothing when null.</param>
        public Variable ResourceVariable(Operand initialValue, string? name = null, bool trainable = true,
            Func<Output, Output>? constraint = null) =>
            Make(graph, true, () => initialValue.In(graph, DType.Float32, "initial_value"), name, trainable, constraint);

        /// <summary>A resource variable of a shape, with a first value from an initializer.</summary>
        /// <param name="shape">The shape, fully known.</param>
        /// <param name="initializer">Makes the first value under <c>name/Initializer/</c>.</param>
        /// <param name="name">The name; <c>Variable</c> when null.</param>
        /// <param name="dtype">The element type. Default: float32.</param>
        /// <param name="trainable">Whether optimizers change it. Default: true.</param>
        /// <param name="constraint">What optimizers put the value through after each update; nothing when null.</param>
        public Variable ResourceVariable(Shape shape, Initializer initializer, string? name = null,
            DType dtype = DType.Float32, bool trainable = true, Func<Output, Output>? constraint = null) =>
            Make(graph, true, () => Initialized(graph, shape, initializer, dtype), name, trainable, constraint);

        /// <summary>All variables in the order of their creation, slots and counters included.</summary>
        public IReadOnlyList<Variable> Variables => graph.Collections.Get<Variable>(GraphCollections.Variables);

        /// <summary>The variables that optimizers change unless told otherwise, in the order of their creation.</summary>
        public IReadOnlyList<Variable> TrainableVariables =>
            graph.Collections.Get<Variable>(GraphCollections.TrainableVariables);

        /// <summary>An operation that gives every variable made so far its initial value.</summary>
        /// <param name="name">The name; <c>init</c> when null.</param>
        public Operation GlobalVariablesInitializer(string? name = null)
        {
            using (graph.ControlDependencies([.. graph.Variables.Select(v => v.Initializer)]))
                return graph.Add(Cards.NoOp, name ?? "init", []);
        }
    }

    private static Output Initialized(Graph graph, Shape shape, Initializer initializer, DType dtype)
    {
        if (!shape.IsFullyKnown)
            throw new GraphException("Variable", graph.CurrentScope, "a shape that is fully known", shape.ToString(),
                "Give every dimension, or an initial value.");
        using NameScope scope = graph.NameScope("Initializer");
        Output initial = initializer(graph, shape, dtype);
        if (initial.DType != dtype || !initial.Shape.IsCompatibleWith(shape))
            throw new GraphException("Variable", graph.CurrentScope, $"an initial value of {dtype.Name()}{shape}",
                $"{initial.DType.Name()}{initial.Shape}", "Let the initializer keep to the dtype and shape that it is given.");
        initial.SetShape(shape);
        return initial;
    }

    private static Variable Make(Graph graph, bool isResource, Func<Output> initialValue, string? name, bool trainable,
        Func<Output, Output>? constraint)
    {
        // A variable outlives whatever construct it was asked for in: neither control dependencies nor loop bodies hold it.
        using IDisposable outside = graph.WithoutControlDependencies();
        using NameScope scope = graph.NameScope(name ?? "Variable");
        Output initial = initialValue();
        Variable variable = isResource
            ? MakeResource(graph, scope, initial, trainable, constraint)
            : MakeReference(graph, scope, initial, trainable, constraint);
        graph.Collections.Add(GraphCollections.Variables, variable);
        if (trainable) graph.Collections.Add(GraphCollections.TrainableVariables, variable);
        return variable;
    }

    private static Variable MakeReference(Graph graph, NameScope scope, Output initial, bool trainable,
        Func<Output, Output>? constraint)
    {
        Output handle = graph.Add(Cards.VariableV2, scope.Name + "/", [], ("shape", initial.Shape),
            ("dtype", initial.DType)).Output;
        Operation assign = graph.Add(Cards.Assign, "Assign", [handle, initial]);
        Output read = graph.Add(Cards.Identity, "read", [handle]).Output;
        return new Variable(handle, read, assign, initial, trainable, constraint);
    }

    private static Variable MakeResource(Graph graph, NameScope scope, Output initial, bool trainable,
        Func<Output, Output>? constraint)
    {
        Output handle = graph.Add(Cards.VarHandleOp, scope.Name + "/", [], ("shape", initial.Shape),
            ("dtype", initial.DType), ("shared_name", scope.Name)).Output;
        using (graph.NameScope("IsInitialized")) _ = graph.Add(Cards.VarIsInitializedOp, null, [handle]);
        Operation assign = graph.Add(Cards.AssignVariableOp, "Assign", [handle, initial]);
        using (graph.NameScope("Read"))
        {
            Output read = graph.Add(Cards.ReadVariableOp, null, [handle], ("dtype", initial.DType)).Output;
            return new Variable(handle, read, assign, initial, trainable, constraint);
        }
    }
}
