using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.ControlFlow;

public sealed class StackTests
{
    [Fact]
    public void Stack_GivesBackTheLastFirst()
    {
        var graph = new Graph();
        (Output first, Output second) = PushTwoPopTwo(graph, maxSize: -1);
        using var session = new Session(graph);
        for (int i = 0; i < 3; i++) Assert.Equal((2f, 1f), session.Run<float, float>((first, second)));
    }

    [Fact]
    public void Stack_RefusesMoreThanItsMaxSize()
    {
        var graph = new Graph();
        (Output first, _) = PushTwoPopTwo(graph, maxSize: 1);
        using var session = new Session(graph);
        var error = Assert.Throws<InvalidArgumentException>(() => session.Run(first));
        Assert.Contains("overflowed its max_size (1)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stack_RefusesAPopWhenEmptyOrClosed()
    {
        var graph = new Graph();
        Output stack = NewStack(graph, -1);
        Output empty = graph.Add(Cards.StackPopV2, "empty", [stack], ("elem_type", DType.Float32)).Output;
        Operation close = graph.Add(Cards.StackCloseV2, null, [stack]);
        Output closed;
        using (graph.ControlDependencies(close))
            closed = graph.Add(Cards.StackPopV2, "closed", [stack], ("elem_type", DType.Float32)).Output;
        using var session = new Session(graph);
        Assert.Contains("empty", Assert.Throws<InvalidArgumentException>(() => session.Run(empty)).Message, StringComparison.Ordinal);
        Assert.Contains("closed", Assert.Throws<InvalidArgumentException>(() => session.Run(closed)).Message, StringComparison.Ordinal);
        session.Run(close);
    }

    [Fact]
    public void Stack_RefusesAnotherDTypeThanWasPushed()
    {
        var graph = new Graph();
        Output stack = NewStack(graph, -1);
        Operation push = graph.Add(Cards.StackPushV2, null, [stack, graph.Constant(1f)]);
        Output pop;
        using (graph.ControlDependencies(push))
            pop = graph.Add(Cards.StackPopV2, null, [stack], ("elem_type", DType.Int32)).Output;
        using var session = new Session(graph);
        Assert.Throws<InvalidArgumentException>(() => session.Run(pop));
    }

    private static Output NewStack(Graph graph, int maxSize) =>
        graph.Add(Cards.StackV2, null, [graph.Constant(maxSize)], ("elem_type", DType.Float32)).Output;

    private static (Output First, Output Second) PushTwoPopTwo(Graph graph, int maxSize)
    {
        Output stack = NewStack(graph, maxSize);
        Operation push = graph.Add(Cards.StackPushV2, null, [stack, graph.Constant(1f)]);
        using IDisposable afterFirst = graph.ControlDependencies(push);
        push = graph.Add(Cards.StackPushV2, null, [stack, graph.Constant(2f)]);
        using IDisposable afterSecond = graph.ControlDependencies(push);
        Output first = graph.Add(Cards.StackPopV2, null, [stack], ("elem_type", DType.Float32)).Output;
        using IDisposable afterPop = graph.ControlDependencies(first.Operation);
        return (first, graph.Add(Cards.StackPopV2, null, [stack], ("elem_type", DType.Float32)).Output);
    }
}
