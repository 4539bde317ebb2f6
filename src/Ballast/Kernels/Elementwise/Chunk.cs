using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Ballast.Tensors;

namespace Ballast.Kernels.Elementwise;

/// <summary>Float16 and bfloat16 pass through float32 in chunks that live on the stack: widened exactly, rounded once.</summary>
internal static class Chunk
{
    /// <summary>The elements of one chunk: three of them are 12 KiB and stay in the first cache.</summary>
    public const int Length = 1024;

    /// <summary>The elements of one part of a parallel loop: large enough to pay for waking a thread, cut by size alone.</summary>
    public const int PartLength = 32 * 1024;

    /// <summary>Whether <typeparamref name="T"/> is computed in float32.</summary>
    public static bool IsNarrow<T>() => typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16);

    /// <summary>Widens float16 or bfloat16; exact.</summary>
    public static void Widen<T>(ReadOnlySpan<T> narrow, Span<float> wide) where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<T, Half>(narrow), wide);
            return;
        }

        ReadOnlySpan<BFloat16> upper = MemoryMarshal.Cast<T, BFloat16>(narrow);
        for (int i = 0; i < upper.Length; i++) wide[i] = upper[i];
    }

    /// <summary>Rounds to float16 or bfloat16: to nearest, ties to even.</summary>
    public static void Narrow<T>(ReadOnlySpan<float> wide, Span<T> narrow) where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
        {
            TensorPrimitives.ConvertToHalf(wide, MemoryMarshal.Cast<T, Half>(narrow));
            return;
        }

        Span<BFloat16> upper = MemoryMarshal.Cast<T, BFloat16>(narrow);
        for (int i = 0; i < wide.Length; i++) upper[i] = (BFloat16)wide[i];
    }

    /// <summary>Widens one element; exact.</summary>
    public static float Widen<T>(T narrow) where T : unmanaged
    {
        float wide = 0;
        Widen(new ReadOnlySpan<T>(in narrow), new Span<float>(ref wide));
        return wide;
    }

    /// <summary>How many parts a loop over so many elements has.</summary>
    public static int Parts(long length) => (int)((length + PartLength - 1) / PartLength);
}
