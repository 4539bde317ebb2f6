using Ballast.Gradients;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Sessions;

public sealed class SessionTests
{
    [Fact]
    public void Run_AddsWhatIsFed()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [null], "x");
        Output y = 2 + (x + 1) + x;
        using var session = new Session(graph);
        Assert.Equal([5f, 7f], session.Run<float[]>(y, new Feeds { [x] = new[] { 1f, 2f } }));
        Assert.Equal([9f], session.Run<float[]>(y, new Feeds { [x] = new[] { 3f } }));
    }

    [Fact]
    public void Run_ReadsVariableOnlyAfterInitializer()
    {
        var graph = new Graph();
        Variable w = graph.Variable(3f, "w");
        Output y = w.Value + 1;
        using var session = new Session(graph);
        var error = Assert.Throws<FailedPreconditionException>(() => session.Run(y));
        Assert.Contains("Attempting to use uninitialized value w", error.Message, StringComparison.Ordinal);
        session.Run(w.Initializer);
        Assert.Equal(4f, session.Run<float>(y));
        Assert.Equal("w/read", w.Value.Operation.Name);
    }

    [Fact]
    public void Operation_RemembersTheLineThatMadeIt()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [null], "x");
        Output y = x + 1;
        Assert.Equal("SessionTests.cs", Path.GetFileName(y.Operation.Source!.File));
        Assert.Equal(x.Operation.Source!.Line + 1, y.Operation.Source.Line);
    }

    [Fact]
    public void Gradients_AddUp()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [2], "x");
        Output y = x + x + x;
        Gradient? dx = graph.Gradients(y, x)[0];
        using var session = new Session(graph);
        Assert.Equal([3f, 3f], session.Run<float[]>(dx!.Values, new Feeds { [x] = new[] { 1f, 2f } }));
    }

    [Fact]
    public void WaitingForAFedPlaceholder_IsNoWait()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [], "x");
        Output two;
        using (graph.ControlDependencies(x.Operation)) two = graph.Constant(2f);
        using var session = new Session(graph);
        Assert.Equal(2f, session.Run<float>(two, new Feeds { [x] = 1f }));
        Assert.Throws<InvalidArgumentException>(() => session.Run(two));
    }
}
