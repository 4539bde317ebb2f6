namespace Ballast.Kernels.Philox;

/// <summary>From random bits to numbers, as TensorFlow 1.14 goes (random_distributions.h).</summary>
internal static class Distributions
{
    /// <summary>In [0, 1): the lowest 23 bits.</summary>
    public static float UniformSingle(uint bits) =>
        BitConverter.UInt32BitsToSingle(0x3F800000 | (bits & 0x7FFFFF)) - 1;

    /// <summary>In [0, 1): 20 bits of the first number, then all of the second.</summary>
    public static double UniformDouble(uint upper, uint lower) =>
        BitConverter.UInt64BitsToDouble(0x3FF0000000000000UL | ((ulong)(upper & 0xFFFFF) << 32) | lower) - 1;

    /// <summary>In [0, 1): the lowest 10 bits.</summary>
    public static Half UniformHalf(uint bits) =>
        (Half)((float)BitConverter.UInt16BitsToHalf((ushort)(0x3C00 | (bits & 0x3FF))) - 1);

    /// <summary>In [0, 1): the lowest 7 bits.</summary>
    public static float UniformBFloat16(uint bits) =>
        BitConverter.UInt32BitsToSingle(0x3F800000 | ((bits & 0x7F) << 16)) - 1;

    /// <summary>Two independent standard normal numbers (Box and Muller 1958).</summary>
    public static (float, float) Normal(uint a, uint b)
    {
        // TensorFlow's guard, here and below: a number too near 0 for a logarithm is replaced.
        float u = Math.Max(UniformSingle(a), 1e-7f);
        float angle = (float)(2 * Math.PI * UniformSingle(b));
        float radius = MathF.Sqrt(-2 * MathF.Log(u));
        (float sin, float cos) = MathF.SinCos(angle);
        return (sin * radius, cos * radius);
    }

    /// <summary>Two independent standard normal numbers in float64.</summary>
    public static (double, double) Normal(in Draw draw)
    {
        double u = Math.Max(UniformDouble(draw[0], draw[1]), 1e-7);
        double angle = 2 * Math.PI * UniformDouble(draw[2], draw[3]);
        double radius = Math.Sqrt(-2 * Math.Log(u));
        (double sin, double cos) = Math.SinCos(angle);
        return (sin * radius, cos * radius);
    }
}
