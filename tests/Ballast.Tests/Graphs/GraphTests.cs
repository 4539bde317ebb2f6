using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Tests.Graphs;

public sealed class GraphTests
{
    [Fact]
    public void Names_AreMadeUniqueWithinTheirScope()
    {
        var graph = new Graph();
        Assert.Equal("x", graph.Placeholder(DType.Float32, [], "x").Operation.Name);
        Assert.Equal("x_1", graph.Placeholder(DType.Float32, [], "x").Operation.Name);
        using (graph.NameScope("layer"))
        {
            Assert.Equal("layer/x", graph.Placeholder(DType.Float32, [], "x").Operation.Name);
            using NameScope inner = graph.NameScope("inner");
            Assert.Equal("layer/inner", inner.Name);
            Assert.Equal("layer/inner", graph.CurrentScope);
        }

        using (graph.NameScope("layer"))
            Assert.Equal("layer_1/x", graph.Placeholder(DType.Float32, [], "x").Operation.Name);
        Assert.Equal("", graph.CurrentScope);
    }

    [Fact]
    public void UnknownName_IsAnsweredWithTheNearest()
    {
        var graph = new Graph();
        graph.Placeholder(DType.Float32, [], "learning_rate");
        var error = Assert.Throws<NotFoundException>(() => graph.GetOutput("learnign_rate:0"));
        Assert.Contains("Did you mean 'learning_rate'?", error.Message, StringComparison.Ordinal);
        Assert.Same(graph.GetOperation("learning_rate").Output, graph.GetOutput("learning_rate"));
        Assert.Throws<NotFoundException>(() => graph.GetOutput("learning_rate:1"));
        Assert.Null(graph.FindOperation("learnign_rate"));
    }

    [Fact]
    public void ShapesThatDoNotFit_AreRefusedAtOnceWithTheLine()
    {
        var graph = new Graph();
        Output a = graph.Placeholder(DType.Float32, [32, 784], "a"), b = graph.Placeholder(DType.Float32, [512, 10], "b");
        var error = Assert.Throws<ShapeMismatchException>(() => Op.MatMul(a, b, name: "product"));
        Assert.Equal("MatMul", error.OperationType);
        Assert.Equal("product", error.OperationName);
        Assert.Contains("784", error.Actual, StringComparison.Ordinal);
        Assert.Equal("GraphTests.cs", Path.GetFileName(error.Location!.File));
        Assert.Throws<ShapeMismatchException>(() => a + b);
    }

    [Fact]
    public void DtypesThatDiffer_AreRefusedWithTheRemedy()
    {
        var graph = new Graph();
        Output a = graph.Placeholder(DType.Float32, [2], "a"), b = graph.Placeholder(DType.Float64, [2], "b");
        var error = Assert.Throws<GraphException>(() => a + b);
        Assert.Contains("float32", error.Expected, StringComparison.Ordinal);
        Assert.Contains("float64", error.Actual, StringComparison.Ordinal);
        Assert.Contains("Cast", error.Remedy, StringComparison.Ordinal);
        Assert.Throws<GraphException>(() => Op.IsNan(graph.Placeholder(DType.Int32, [2])));
    }

    [Fact]
    public void OutputsOfAnotherGraph_AreRefused() => Assert.Throws<GraphException>(() =>
        new Graph().Placeholder(DType.Float32, []) + new Graph().Placeholder(DType.Float32, []));

    [Fact]
    public void UnknownAttribute_IsAnsweredWithTheNearest()
    {
        var graph = new Graph();
        Output a = graph.Placeholder(DType.Float32, [2, 2]);
        var error = Assert.Throws<GraphException>(() => graph.Add(Cards.MatMul, null, [a, a], ("transpose_x", true)));
        Assert.Contains("'transpose_a'", error.Message, StringComparison.Ordinal);
        Assert.Throws<GraphException>(() => graph.Add(Cards.MatMul, null, [a, a], ("transpose_a", 1L)));
        Assert.Throws<GraphException>(() => graph.Add(Cards.MatMul, null, [a]));
        Assert.Throws<GraphException>(() => graph.Add(Cards.MatMul, null, [a, a, a]));
    }

    [Fact]
    public void ControlDependencies_HoldForWhatIsMadeInside()
    {
        var graph = new Graph();
        Output before = graph.Constant(1f, "before");
        Output inside, cleared;
        using (graph.ControlDependencies(before.Operation))
        {
            inside = graph.Constant(2f, "inside");
            using (graph.WithoutControlDependencies()) cleared = graph.Constant(3f, "cleared");
            Assert.Equal([before.Operation], graph.Constant(4f).Operation.ControlInputs);
        }

        Assert.Equal([before.Operation], inside.Operation.ControlInputs);
        Assert.Empty(cleared.Operation.ControlInputs);
        Assert.Empty(graph.Constant(5f, "after").Operation.ControlInputs);
    }

    [Fact]
    public void Collections_KeepOrderAndType()
    {
        var graph = new Graph();
        Variable w = graph.Variable(1f, "w"), b = graph.Variable(2f, "b", trainable: false);
        graph.Collections.Add("mine", "text");
        graph.Collections.Add("mine", w);
        Assert.Equal([w, b], graph.Collections.Get<Variable>(GraphCollections.Variables));
        Assert.Equal([w], graph.Collections.Get<Variable>(GraphCollections.TrainableVariables));
        Assert.Equal(["text"], graph.Collections.Get<string>("mine"));
        Assert.Empty(graph.Collections.Get<string>("none"));
        Assert.Contains("mine", graph.Collections.Names);
    }

    [Fact]
    public void SetShape_AddsKnowledgeAndRefusesContradiction()
    {
        Output x = new Graph().Placeholder(DType.Float32, [null, 3]);
        x.SetShape([2, null]);
        Assert.Equal([2, 3], x.Shape);
        Assert.Throws<ShapeMismatchException>(() => x.SetShape([5, 3]));
    }

    [Fact]
    public void SourceRecording_CanBeTurnedOff()
    {
        var graph = new Graph { RecordsSource = false };
        Assert.Null(graph.Constant(1f).Operation.Source);
    }

    [Fact]
    public void ConstantsFold_IntoStaticShapes()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [null, 6]);
        Output shape = Op.Stack([Op.Gather(Op.Shape(x), graph.Constant(0)), graph.Constant(2), graph.Constant(3)]);
        Assert.Equal([null, 2, 3], Op.Reshape(x, shape).Shape);
    }

    [Theory]
    [InlineData(3.5)]
    [InlineData(1e12)]
    public void NumberThatDoesNotFitTheDtype_IsRefused(double number)
    {
        Output x = new Graph().Placeholder(DType.Int32, []);
        Assert.Throws<GraphException>(() => x + number);
    }
}
