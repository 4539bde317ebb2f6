using System.Globalization;
using System.Runtime.InteropServices;

namespace Ballast.Tests.Kernels.Elementwise;

/// <summary>Inputs that hurt, lengths around the vector width, and distances in units of the last place.</summary>
internal static class Judge
{
    public static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1023, 1025];

    public static readonly float[] Special =
    [
        float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, 1f, -1f, float.Epsilon, -float.Epsilon,
        1e-40f, -1e-40f, float.MaxValue, float.MinValue, 1.17549435e-38f, 88.7f, 88.8f, -87.4f, -103.9f, -104.1f, 0.5f, -0.5f,
    ];

    /// <summary>Random numbers of many sizes, with every special number at a random position.</summary>
    public static float[] Floats(int length, int seed, float largest = 100f)
    {
        var random = new Random(seed);
        var x = new float[length];
        for (int i = 0; i < length; i++)
        {
            double size = Math.Pow(10, (random.NextDouble() * 6) - 4);
            x[i] = (float)Math.Clamp((random.NextDouble() - 0.5) * size, -largest, largest);
        }

        foreach (float special in Special)
            if (length > 0) x[random.Next(length)] = special;
        return x;
    }

    public static double[] Doubles(int length, int seed) => [.. Floats(length, seed).Select(v => (double)v)];

    /// <summary>Fails unless <paramref name="actual"/> is within so many units in the last place; NaN matches NaN.</summary>
    public static void Near(double expected, float actual, double ulps, string what)
    {
        float rounded = (float)expected;
        if (float.IsNaN(rounded) || float.IsInfinity(rounded) || rounded == 0 || float.IsInfinity(actual))
        {
            // At the edges of the range the rounded value may be one step away.
            if (rounded.Equals(actual) || (ulps > 0.5 && Math.Abs(expected) is > 3.402e38 or < 1e-44 && Close(expected, actual))) return;
            Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{what}: expected {rounded:R}, got {actual:R}."));
        }

        double unit = Math.Max(MathF.BitIncrement(MathF.Abs(rounded)) - (double)MathF.Abs(rounded), float.Epsilon);
        double distance = Math.Abs(expected - actual) / unit;
        Assert.True(distance <= ulps, string.Create(CultureInfo.InvariantCulture, $"{what}: expected {expected:R}, got {actual:R}: {distance:F2} ulp."));
    }

    public static void Near(double expected, double actual, double ulps, string what)
    {
        if (double.IsNaN(expected) || double.IsInfinity(expected) || expected == 0)
        {
            Assert.True(expected.Equals(actual) || expected == actual, string.Create(CultureInfo.InvariantCulture, $"{what}: expected {expected:R}, got {actual:R}."));
            return;
        }

        double unit = Math.Max(Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected), double.Epsilon);
        double distance = Math.Abs(expected - actual) / unit;
        Assert.True(distance <= ulps, string.Create(CultureInfo.InvariantCulture, $"{what}: expected {expected:R}, got {actual:R}: {distance:F2} ulp."));
    }

    /// <summary>The memory of an array.</summary>
    public static Span<byte> Bytes<T>(this T[] elements) where T : unmanaged => MemoryMarshal.AsBytes(elements.AsSpan());

    private static bool Close(double expected, float actual) =>
        Math.Abs(expected) > 1 ? Math.Sign(expected) == Math.Sign(actual) && Math.Abs(actual) >= 3.402e38 : Math.Abs(actual) < 1e-44;
}
