using Ballast.Clipping;

namespace Ballast.Benchmarks.Clipping;

/// <summary>25 million float32 in 41 tensors, about what a ResNet-50 has to clip.</summary>
internal sealed class ManyGradients : IDisposable
{
    private const int Tensors = 41;
    private const int Elements = 25_000_000;

    private readonly Memory<float>[] _gradients = new Memory<float>[Tensors];
    private double _bound = 2000;

    public ManyGradients()
    {
        var random = new Random(Seed: 1914);
        for (int i = 0; i < Tensors; i++)
        {
            float[] gradient = GC.AllocateUninitializedArray<float>(Elements / Tensors);
            for (int j = 0; j < gradient.Length; j++) gradient[j] = (2 * random.NextSingle()) - 1;
            _gradients[i] = gradient;
        }
    }

    public double Norm() => GradientClip.GlobalNorm(_gradients);

    /// <summary>Clips to a bound just below the norm: every run scales, and thousands of runs leave normal numbers.</summary>
    public double ClipALittle()
    {
        double norm = GradientClip.ByGlobalNorm<float>(_gradients, _bound).GlobalNorm;
        _bound = 0.999 * Math.Min(norm, _bound);
        return norm;
    }

    public void Dispose() => Array.Clear(_gradients);
}
