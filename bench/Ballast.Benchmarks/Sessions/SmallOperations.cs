using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks.Sessions;

/// <summary>Claim: what a session spends on an operation besides its kernel is far below a microsecond, and no memory.</summary>
[MemoryDiagnoser]
public class SmallOperations
{
    private const int Operations = 1000;

    private readonly Feeds _feeds = [];
    private Session _session = null!;
    private Operation _last = null!;

    [GlobalSetup]
    public void SetUp()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [1]);
        _feeds.Add(x, new float[] { 1 });
        for (int i = 0; i < Operations; i++) x = Op.Negative(x);
        _last = x.Operation;
        _session = new Session(graph);
    }

    [GlobalCleanup]
    public void CleanUp() => _session.Dispose();

    /// <summary>Negations of one number, one after the other.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public void Negate() => _session.Run(_last, _feeds);
}
