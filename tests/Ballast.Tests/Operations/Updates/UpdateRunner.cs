using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.Updates;

/// <summary>Runs an update on variables that hold given numbers, and reads what became of them.</summary>
internal static class UpdateRunner
{
    /// <summary>Runs <paramref name="steps"/> steps.</summary>
    /// <param name="card">The update; whether it takes references or resources follows from its type.</param>
    /// <param name="states">The variable and its slots.</param>
    /// <param name="arguments">What stands behind them: scalars, gradient, indices.</param>
    /// <param name="steps">How often.</param>
    /// <param name="attributes">Attributes that are not inferred.</param>
    /// <returns>The variable and its slots afterwards.</returns>
    public static Value[] Run(OpCard card, Value[] states, Value[] arguments, int steps = 1,
        params (string, AttributeValue)[] attributes)
    {
        var graph = new Graph { RecordsSource = false };
        Variable[] variables = [.. states.Select((value, i) => Make(graph, card, value, $"state{i}"))];
        Operation update = graph.Add(card, null,
            [.. variables.Select(v => v.Handle), .. arguments.Select(value => graph.Constant(value))], attributes);
        using var session = new Session(graph);
        session.Initialize();
        for (int i = 0; i < steps; i++) session.Run(update);
        return [.. variables.Select(session.Read)];
    }

    /// <summary>The same card for references (true) or resources.</summary>
    public static OpCard Twin(OpCard card) => Catalogue.Find(card.Type.StartsWith("Resource", StringComparison.Ordinal)
        ? card.Type["Resource".Length..]
        : $"Resource{card.Type}")!;

    public static Variable Make(Graph graph, OpCard card, Value value, string name) =>
        card.Type.StartsWith("Resource", StringComparison.Ordinal)
            ? graph.ResourceVariable(value, name)
            : graph.Variable(value, name);

    /// <summary>The numbers in another dtype, rounded.</summary>
    public static Value As(DType dtype, double[] numbers, Shape shape) => dtype switch
    {
        DType.Float64 => Value.From<double>(numbers, shape),
        DType.Float32 => Value.From<float>([.. numbers.Select(x => (float)x)], shape),
        DType.Float16 => Value.From<Half>([.. numbers.Select(x => (Half)x)], shape),
        _ => Value.From<BFloat16>([.. numbers.Select(x => (BFloat16)x)], shape),
    };

    /// <summary>Any floating value as float64.</summary>
    public static double[] Doubles(Value value) => value.DType switch
    {
        DType.Float64 => value.ToArray<double>(),
        DType.Float32 => [.. value.ToArray<float>().Select(x => (double)x)],
        DType.Float16 => [.. value.ToArray<Half>().Select(x => (double)x)],
        _ => [.. value.ToArray<BFloat16>().Select(x => (double)(float)x)],
    };
}
