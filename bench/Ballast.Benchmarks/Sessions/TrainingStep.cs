using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks.Sessions;

/// <summary>Claim: a clip by global norm costs a few percent of a training step, and a step allocates next to nothing.</summary>
[MemoryDiagnoser]
public class TrainingStep
{
    private Step _unclipped = null!;
    private Step _clipped = null!;

    [ParamsSource(nameof(Networks))]
    public string Model { get; set; } = "";

    public static IEnumerable<string> Networks => Network.Names;

    [GlobalSetup]
    public void SetUp() =>
        (_unclipped, _clipped) = (new(Network.ByName(Model), clips: false), new(Network.ByName(Model), clips: true));

    [GlobalCleanup]
    public void CleanUp()
    {
        _unclipped.Dispose();
        _clipped.Dispose();
    }

    [Benchmark(Baseline = true)]
    public float Unclipped() => _unclipped.Run();

    [Benchmark]
    public float Clipped() => _clipped.Run();
}
