using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks.Clipping;

/// <summary>Claim: to scale costs little beyond the norm, which is limited by memory.</summary>
[MemoryDiagnoser]
public class ClipByGlobalNorm
{
    private ManyGradients _gradients = null!;

    [GlobalSetup]
    public void SetUp() => _gradients = new ManyGradients();

    [GlobalCleanup]
    public void CleanUp() => _gradients.Dispose();

    [Benchmark(Baseline = true)]
    public double NormOnly() => _gradients.Norm();

    [Benchmark]
    public double NormAndScale() => _gradients.ClipALittle();
}
