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

    /// <summary>How many parts a loop over so many elements has.</summary>
    public static int Parts(long length) => (int)((length + PartLength - 1) / PartLength);
}
