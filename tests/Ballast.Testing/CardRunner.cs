using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Testing;

/// <summary>Runs one operation on given values, fed through placeholders, so that nothing is folded.</summary>
public static class CardRunner
{
    /// <summary>The first output.</summary>
    public static Value Run(OpCard card, params Value[] inputs) => RunAll(card, inputs)[0];

    /// <summary>All outputs.</summary>
    public static Value[] RunAll(OpCard card, Value[] inputs, params (string, AttributeValue)[] attributes)
    {
        var graph = new Graph();
        var feeds = new Feeds();
        Output[] placeholders = [.. inputs.Select(value =>
        {
            Output placeholder = graph.Placeholder(value.DType, Shape.UnknownOfRank(value.Shape.Rank));
            feeds.Add(placeholder, value);
            return placeholder;
        })];
        Operation operation = graph.Add(card, null, placeholders, attributes);
        using var session = new Session(graph);
        return session.Run([.. operation.Outputs], [], feeds);
    }

    /// <summary>What <paramref name="build"/> makes of values that are fed through placeholders of unknown dimensions.</summary>
    public static Value Run(Func<Output[], Output> build, params Value[] inputs)
    {
        var graph = new Graph();
        var feeds = new Feeds();
        Output[] placeholders = [.. inputs.Select(value =>
        {
            Output placeholder = graph.Placeholder(value.DType, Shape.UnknownOfRank(value.Shape.Rank));
            feeds.Add(placeholder, value);
            return placeholder;
        })];
        Output result = build(placeholders);
        using var session = new Session(graph);
        return session.Run(result, feeds);
    }
}
