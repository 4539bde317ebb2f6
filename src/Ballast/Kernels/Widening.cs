using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Ballast.Tensors;

namespace Ballast.Kernels;

/// <summary>float16 and bfloat16 to float32, which is exact, and back, rounding to nearest, ties to even.</summary>
internal static class Widening
{
    /// <summary>Converts float16 or bfloat16 to float32.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither.</exception>
    public static void Widen<T>(ReadOnlySpan<T> source, Span<float> destination) where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<T, Half>(source), destination);
        }
        else if (typeof(T) == typeof(BFloat16))
        {
            ReadOnlySpan<ushort> bits = MemoryMarshal.Cast<T, ushort>(source);
            Span<uint> wide = MemoryMarshal.Cast<float, uint>(destination);
            for (int i = 0; i < bits.Length; i++) wide[i] = (uint)bits[i] << 16;
        }
        else
        {
            throw Unsupported<T>();
        }
    }

    /// <summary>Rounds float32 to float16 or bfloat16; what exceeds the largest finite number becomes ±Inf.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither.</exception>
    public static void Narrow<T>(ReadOnlySpan<float> source, Span<T> destination) where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
        {
            TensorPrimitives.ConvertToHalf(source, MemoryMarshal.Cast<T, Half>(destination));
        }
        else if (typeof(T) == typeof(BFloat16))
        {
            Span<BFloat16> narrow = MemoryMarshal.Cast<T, BFloat16>(destination);
            for (int i = 0; i < source.Length; i++) narrow[i] = (BFloat16)source[i];
        }
        else
        {
            throw Unsupported<T>();
        }
    }

    private static NotSupportedException Unsupported<T>() =>
        new($"Expected float16 or bfloat16, got {typeof(T).Name}. Only 16-bit types are computed in float32.");
}
