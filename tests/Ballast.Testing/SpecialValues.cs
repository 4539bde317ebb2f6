using Ballast.Tensors;

namespace Ballast.Testing;

/// <summary>Numbers at the edges of the number line, and random ones from fixed seeds.</summary>
public static class SpecialValues
{
    /// <summary>NaN, the infinities, both zeros, subnormals, the smallest normal and the largest numbers of float32.</summary>
    public static readonly float[] Float32 =
    [
        float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, float.Epsilon, -float.Epsilon, 1.17549435e-38f,
        float.MaxValue, float.MinValue, 1f, -1f, 0.5f, -2.5f, 88.7f, -104f,
    ];

    /// <summary>Lengths 0, 1 and around every vector width.</summary>
    public static readonly int[] Lengths = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 100];

    /// <summary>Standard normal numbers.</summary>
    public static double[] Normal(int count, int seed, double scale = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }

    /// <summary>Normal float64 numbers of a shape.</summary>
    public static Value Normal(Shape shape, int seed, double scale = 1) =>
        Value.From<double>(Normal((int)shape.ElementCount, seed, scale), shape);

    /// <summary>Uniform float64 numbers of a shape.</summary>
    public static Value Uniform(Shape shape, int seed, double low, double high)
    {
        var random = new Random(seed);
        return Value.From<double>(
            [.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => low + ((high - low) * random.NextDouble()))], shape);
    }

    /// <summary>Normal numbers with every special value planted at a random position, where there is room.</summary>
    public static float[] Planted(int length, int seed)
    {
        var random = new Random(seed);
        float[] numbers = [.. Normal(length, seed).Select(x => (float)x)];
        foreach (float special in Float32)
            if (length > 0) numbers[random.Next(length)] = special;
        return numbers;
    }
}
