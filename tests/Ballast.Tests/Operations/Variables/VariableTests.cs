using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.Variables;

/// <summary>Variables of both kinds: names, first values, reading, assigning, errors.</summary>
public sealed class VariableTests
{
    [Fact]
    public void ReferenceVariable_HasTensorFlowsOperations()
    {
        var graph = new Graph();
        Variable w = graph.Variable(new[] { 1f, 2f }, "w");
        Assert.Equal(["w/initial_value", "w", "w/Assign", "w/read"], graph.Operations.Select(o => o.Name));
        Assert.Equal(["Const", "VariableV2", "Assign", "Identity"], graph.Operations.Select(o => o.Type));
        Assert.Equal([2], w.Shape);
        Assert.False(w.IsResource);
        Assert.Equal("w_1", graph.Variable(1f, "w").Name);
    }

    [Fact]
    public void ResourceVariable_HasTensorFlowsOperations()
    {
        var graph = new Graph();
        Variable w = graph.ResourceVariable(new[] { 1f, 2f }, "w");
        Assert.Equal(["w/initial_value", "w", "w/IsInitialized/VarIsInitializedOp", "w/Assign", "w/Read/ReadVariableOp"],
            graph.Operations.Select(o => o.Name));
        Assert.Equal(["Const", "VarHandleOp", "VarIsInitializedOp", "AssignVariableOp", "ReadVariableOp"], graph.Operations.Select(o => o.Type));
        Assert.Equal("w", w.Handle.Operation["shared_name"].String);
        Assert.Equal([2], w.Shape);
        Assert.True(w.IsResource);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Variable_GoesThroughItsLife(bool isResource)
    {
        (Graph graph, Variable w) = Make(isResource, new[] { 1f, 2f });
        Output isInitialized = w.IsInitialized();
        Assert.Equal(isResource ? "VarIsInitializedOp" : "IsVariableInitialized", isInitialized.Operation.Type);
        Operation add = w.AssignAdd(new[] { 10f, 20f }), subtract = w.AssignSub(new[] { 1f, 1f }), assign = w.Assign(new[] { 7f, 8f });
        using var session = new Session(graph);

        Assert.False(session.Run<bool>(isInitialized));
        Assert.False(session.IsInitialized(w));
        Assert.Contains("uninitialized value w", Assert.Throws<FailedPreconditionException>(() => session.Run(w.Value)).Message, StringComparison.Ordinal);
        Assert.Throws<FailedPreconditionException>(() => session.Run(add));
        Assert.Throws<FailedPreconditionException>(() => session.Read(w));

        session.Run(graph.GlobalVariablesInitializer());
        Assert.True(session.Run<bool>(isInitialized));
        session.Run(add);
        Assert.Equal([11f, 22f], session.Run<float[]>(w.Value));
        session.Run(subtract);
        Assert.Equal([10f, 21f], session.Read(w).ToArray<float>());
        session.Run(assign);
        Assert.Equal([7f, 8f], session.Run<float[]>(w));
        session.Assign(w, new[] { 3f, 4f });
        session.Run(add);
        Assert.Equal([13f, 24f], session.Read(w).ToArray<float>());
        session.Initialize();
        Assert.Equal([1f, 2f], session.Read(w).ToArray<float>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Assign_DoesNotChangeWhatWasFetchedOrFed(bool isResource)
    {
        (Graph graph, Variable w) = Make(isResource, new[] { 1f, 2f });
        Output x = graph.Placeholder(DType.Float32, [2]);
        Operation assign = w.Assign(x), add = w.AssignAdd(x);
        using var session = new Session(graph);
        session.Initialize();
        Value before = session.Run(w.Value);
        var feeds = new Feeds { [x] = new[] { 5f, 6f } };
        session.Run(assign, feeds);
        session.Run(add, feeds);
        Assert.Equal([1f, 2f], before.ToArray<float>());
        Assert.Equal([5f, 6f], feeds[x].ToArray<float>());
        Assert.Equal([10f, 12f], session.Read(w).ToArray<float>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WrongValues_AreRefused(bool isResource)
    {
        (Graph graph, Variable w) = Make(isResource, new[] { 1f, 2f });
        Output x = graph.Placeholder(DType.Float32);
        Operation assign = w.Assign(x), add = w.AssignAdd(x);
        using var session = new Session(graph);
        session.Initialize();
        var feeds = new Feeds { [x] = new[] { 1f, 2f, 3f } };
        Assert.Throws<InvalidArgumentException>(() => session.Run(assign, feeds));
        Assert.Throws<InvalidArgumentException>(() => session.Run(add, feeds));
        Assert.Throws<ShapeMismatchException>(() => w.Assign(new[] { 1f, 2f, 3f }));
        Assert.Throws<ArgumentException>(() => session.Assign(w, new[] { 1f, 2f, 3f }));
        Assert.Throws<ArgumentException>(() => session.Assign(w, new[] { 1.0, 2.0 }));
        Assert.Equal([1f, 2f], session.Read(w).ToArray<float>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_InsideControlDependenciesSeesTheUpdate(bool isResource)
    {
        (Graph graph, Variable w) = Make(isResource, new[] { 1f, 2f });
        Operation add = w.AssignAdd(new[] { 1f, 1f });
        Output after;
        using (graph.ControlDependencies(add)) after = w.Read();
        using var session = new Session(graph);
        session.Initialize();
        Assert.Equal([2f, 3f], session.Run<float[]>(after));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Scatters_ChangeTheirRowsInOrder(bool isResource)
    {
        (Graph graph, Variable w) = Make(isResource, new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } });
        Value rows = new float[,] { { 10, 20 }, { 30, 40 } };
        Operation update = w.ScatterUpdate(new[] { 2, 0 }, rows), twice = w.ScatterUpdate(new[] { 1, 1 }, rows);
        Operation add = w.ScatterAdd(new[] { 1, 1 }, rows), subtract = w.ScatterSub(new[] { 0, 0 }, rows);
        Operation multiply = graph.Add(isResource ? Cards.ResourceScatterMul : Cards.ScatterMul, null,
            [w.Handle, graph.Constant(1L), graph.Constant(new[] { 2f, -1f })]);
        Operation all = w.ScatterAdd(new[] { 0, 2 }, graph.Constant(0.5f));
        using var session = new Session(graph);
        AssertAfter(update, [30, 40, 3, 4, 10, 20]);
        AssertAfter(twice, [1, 2, 30, 40, 5, 6]);
        AssertAfter(add, [1, 2, 43, 64, 5, 6]);
        AssertAfter(subtract, [-39, -58, 3, 4, 5, 6]);
        AssertAfter(multiply, [1, 2, 6, -4, 5, 6]);
        AssertAfter(all, [1.5f, 2.5f, 3, 4, 5.5f, 6.5f]);

        void AssertAfter(Operation operation, float[] expected)
        {
            session.Initialize();
            session.Run(operation);
            Assert.Equal(expected, session.Read(w).ToArray<float>());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Scatter_RefusesBeforeItWrites(bool isResource)
    {
        (Graph graph, Variable w) = Make(isResource, new float[,] { { 1, 2 }, { 3, 4 } });
        Operation add = w.ScatterAdd(new[] { 0, 2 }, new float[2, 2] { { 1, 1 }, { 1, 1 } });
        Assert.Throws<ShapeMismatchException>(() => w.ScatterAdd(new[] { 0, 1 }, new[] { 1f, 2f, 3f }));
        using var session = new Session(graph);
        session.Initialize();
        Assert.Contains("indices[1] = 2 is not in [0, 2)", Assert.Throws<InvalidArgumentException>(() => session.Run(add)).Message, StringComparison.Ordinal);
        Assert.Equal([1f, 2f, 3f, 4f], session.Read(w).ToArray<float>());
    }

    [Fact]
    public void ScatterCards_AreKnownByType()
    {
        foreach (string type in (string[])["ScatterAdd", "ScatterSub", "ScatterMul", "ScatterUpdate", "ResourceScatterAdd",
            "ResourceScatterSub", "ResourceScatterMul", "ResourceScatterUpdate", "AssignAddVariableOp", "AssignSubVariableOp"])
            Assert.Equal(type, Catalogue.Find(type)!.Type);
    }

    [Theory]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int64)]
    public void VariableShape_IsKnownWhileBuildingAndRunning(DType dtype)
    {
        (Graph graph, Variable w) = Make(true, new float[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        Output shape = graph.Add(Cards.VariableShape, null, [w.Handle], ("out_type", dtype)).Output;
        Assert.Equal([2], shape.Shape);
        using var session = new Session(graph);
        session.Initialize();
        Value value = session.Run(shape);
        Assert.Equal("2, 3", $"{value.Element(0)}, {value.Element(1)}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gather_HasAGradientOfRows(bool isResource)
    {
        (Graph graph, Variable w) = Make(isResource, new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } });
        Output rows = Op.Gather(w, new[] { 2, 0, 2 });
        Assert.Equal(isResource ? "ResourceGather" : "GatherV2", rows.Operation.Type);
        var gradient = Assert.IsType<IndexedSlices>(graph.Gradients(rows * rows, w.Handle)[0]);
        Output dense = Op.ToDense(gradient);
        using var session = new Session(graph);
        session.Initialize();
        Assert.Equal([5f, 6f, 1f, 2f, 5f, 6f], session.Run(rows).ToArray<float>());
        Assert.Equal([2, 0, 2], session.Run<int[]>(gradient.Indices));
        Assert.Equal([2f, 4f, 0f, 0f, 20f, 24f], session.Run(dense).ToArray<float>());
        Output outside = Op.Gather(w, new[] { 3 });
        Assert.Throws<InvalidArgumentException>(() => session.Run(outside));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradient_ReachesTheHandle(bool isResource)
    {
        (Graph graph, Variable w) = Make(isResource, new[] { 3f, -4f });
        Output gradient = graph.Gradients(w.Value * w.Value, w.Handle)[0]!.Values;
        using var session = new Session(graph);
        session.Initialize();
        Assert.Equal([6f, -8f], session.Run<float[]>(gradient));
    }

    [Fact]
    public void CountUpTo_CountsAndThenFails()
    {
        var graph = new Graph();
        Variable w = graph.Variable((Value)1L, "w", trainable: false);
        Output count = graph.Add(Cards.CountUpTo, null, [w.Handle], ("limit", 3)).Output;
        using var session = new Session(graph);
        session.Initialize();
        Assert.Equal(1L, session.Run<long>(count));
        Assert.Equal(2L, session.Run<long>(count));
        Assert.Contains("Reached limit of 3", Assert.Throws<OutOfRangeException>(() => session.Run(count)).Message, StringComparison.Ordinal);
        Assert.Equal(3L, session.Read(w).Scalar<long>());
    }

    [Fact]
    public void OldVariable_OfShapeScalarTakesAnyShape()
    {
        var graph = new Graph();
        Output handle = graph.Add(Cards.Variable, "w", [], ("shape", Shape.Scalar), ("dtype", DType.Float32)).Output;
        Assert.False(handle.Shape.HasRank);
        Operation assign = graph.Add(Cards.Assign, null, [handle, graph.Constant(new[] { 1f, 2f })]);
        using var session = new Session(graph);
        session.Run(assign);
        Assert.Equal([1f, 2f], session.Run<float[]>(handle));
    }

    [Fact]
    public void Constant_CannotBeAssigned()
    {
        var graph = new Graph();
        Output c = graph.Constant(1f);
        Assert.Throws<GraphException>(() => graph.Add(Cards.Assign, null, [c, c]));
    }

    [Fact]
    public void VariableMadeInsideControlDependencies_DoesNotWaitForThem()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, Shape.Scalar);
        Variable w;
        using (graph.ControlDependencies(x.Operation)) w = graph.Variable(1f, "w");
        using var session = new Session(graph);
        session.Initialize();
        Assert.Equal(1f, session.Read(w).Scalar<float>());
    }

    private static (Graph, Variable) Make(bool isResource, Value value)
    {
        var graph = new Graph();
        return (graph, isResource ? graph.ResourceVariable(value, "w") : graph.Variable(value, "w"));
    }
}
