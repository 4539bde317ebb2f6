using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Ballast.Kernels.Elementwise;

namespace Ballast.Kernels.Reductions;

/// <summary>Multiplies gradients by <c>clipNorm / norm</c> in float64 and rounds once; fills them with NaN if the norm is not finite.</summary>
internal static unsafe class Scaling
{
    // A smaller factor may be subnormal, with few bits left. Only float64 elements can outlast it.
    private const double SmallestFullScale = 1e-290;

    /// <summary>Scales one gradient, on all workers.</summary>
    public static void Run<T>(Span<T> gradient, double norm, double clipNorm) where T : unmanaged
    {
        fixed (T* start = gradient)
            Workers.For(Norm.Blocks(gradient.Length), new Body<T>
            {
                Start = start,
                Length = gradient.Length,
                Norm = norm,
                ClipNorm = clipNorm,
            });
    }

    /// <summary>Scales one block, on the caller's thread.</summary>
    public static void Block<T>(Span<T> x, double norm, double clipNorm) where T : unmanaged
    {
        if (!double.IsFinite(norm))
        {
            x.Fill(Accumulation.Round<T, double>(double.NaN));
            return;
        }

        double scale = clipNorm / norm;
        if (typeof(T) == typeof(float)) Singles(MemoryMarshal.Cast<T, float>(x), scale);
        else if (typeof(T) != typeof(double)) Narrows(x, scale);
        else if (scale >= SmallestFullScale) UnaryLoop.Run<Times, T>(new(scale), x, x);
        else UnaryLoop.Run<Rescaled, T>(new(norm, clipNorm), x, x);
    }

    private static void Singles(Span<float> x, double scale)
    {
        Vector256<double> factor = Vector256.Create(scale);
        ref float start = ref MemoryMarshal.GetReference(x);
        int i = 0;
        for (; i <= x.Length - 16; i += 16)
        {
            Scaled(ref Unsafe.Add(ref start, i), factor);
            Scaled(ref Unsafe.Add(ref start, i + 8), factor);
        }

        for (; i < x.Length; i++) x[i] = (float)(x[i] * scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scaled(ref float x, Vector256<double> factor)
    {
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.LoadUnsafe(ref x));
        Vector256.Narrow(lower * factor, upper * factor).StoreUnsafe(ref x);
    }

    [SkipLocalsInit]
    private static void Narrows<T>(Span<T> x, double scale) where T : unmanaged
    {
        Span<float> wide = stackalloc float[Chunk.Length];
        for (int i = 0; i < x.Length; i += Chunk.Length)
        {
            Span<T> chunk = x.Slice(i, Math.Min(Chunk.Length, x.Length - i));
            Widening.Widen<T>(chunk, wide);
            for (int j = 0; j < chunk.Length; j++)
                chunk[j] = Accumulation.Round<T, double>(wide[j] * scale);
        }
    }

    private readonly struct Times(double factor) : IUnaryOperator
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged => x * Lanes.Of<T>(factor);
    }

    /// <summary><c>x / norm · clipNorm</c> for factors too small for float64: the quotient is held 2⁵⁰⁰ times too large.</summary>
    private readonly struct Rescaled(double norm, double clipNorm) : IUnaryOperator
    {
        private static readonly double Step = Math.ScaleB(1, -500);

        public Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged =>
            x / Lanes.Of<T>(norm * Step) * Lanes.Of<T>(clipNorm) * Lanes.Of<T>(Step);
    }

    private struct Body<T> : IParallelBody where T : unmanaged
    {
        public T* Start;
        public int Length;
        public double Norm;
        public double ClipNorm;

        public readonly void Invoke(int part)
        {
            int start = part * Reductions.Norm.BlockLength;
            int count = Math.Min(Reductions.Norm.BlockLength, Length - start);
            Block(new Span<T>(Start + start, count), Norm, ClipNorm);
        }
    }
}
