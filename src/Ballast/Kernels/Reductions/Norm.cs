using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ballast.Kernels.Elementwise;

namespace Ballast.Kernels.Reductions;

/// <summary>Sums of squares in float64, in an order that length alone decides.</summary>
/// <remarks>
/// The square of a float16, bfloat16 or float32 is exact in float64 and neither overflows nor underflows there, nor does
/// the sum of as many as memory holds. Float64 elements can do both: their sums carry a scale (<see cref="SquareSum"/>).
/// Order: 32 lanes over a block of <see cref="BlockLength"/> elements, their tree, then the blocks in turn.
/// </remarks>
internal static unsafe class Norm
{
    /// <summary>The elements of one block, the unit of parallel work.</summary>
    public const int BlockLength = 32 * 1024;

    // Below the first, squares that underflowed may count; above the second, the sum may have overflowed.
    private const double SmallestPlain = 1e-280;
    private const double LargestPlain = 1e300;

    /// <summary>The L2 norm √Σx²; NaN if an element is NaN, else +Inf if one is infinite.</summary>
    public static double L2<T>(ReadOnlySpan<T> x) where T : unmanaged => Squares(x).Root;

    /// <summary>The blocks of so many elements.</summary>
    public static int Blocks(int length) => (int)(((long)length + BlockLength - 1) / BlockLength);

    /// <summary>The sum of squares of all elements, on all workers.</summary>
    public static SquareSum Squares<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        int blocks = Blocks(x.Length);
        if (blocks <= 1) return Block(x);
        using Scratch loan = Scratch.Borrow(blocks, out SquareSum* sums);
        fixed (T* start = x) Workers.For(blocks, new Body<T> { X = start, Length = x.Length, Sums = sums });
        SquareSum total = default;
        for (int i = 0; i < blocks; i++) total += sums[i];
        return total;
    }

    /// <summary>The sum of squares of one block, on the caller's thread.</summary>
    public static SquareSum Block<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        fixed (T* start = x)
        {
            if (typeof(T) == typeof(float)) return new SquareSum(Singles((float*)start, x.Length));
            if (typeof(T) != typeof(double)) return new SquareSum(Narrows(x));
            double plain = Doubles((double*)start, x.Length, 1);
            return plain is > SmallestPlain and < LargestPlain ? new SquareSum(plain) : Scaled((double*)start, x.Length);
        }
    }

    private static double Singles(float* x, int length)
    {
        Vector256<double> a = default, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        int i = 0;
        for (; i <= length - 32; i += 32)
        {
            (a, b) = Take(a, b, Vector256.Load(x + i));
            (c, d) = Take(c, d, Vector256.Load(x + i + 8));
            (e, f) = Take(e, f, Vector256.Load(x + i + 16));
            (g, h) = Take(g, h, Vector256.Load(x + i + 24));
        }

        double tail = 0;
        for (; i < length; i++) tail += (double)x[i] * x[i];
        return Tree(a, b, c, d, e, f, g, h) + tail;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Lower, Vector256<double> Upper) Take(
        Vector256<double> lower, Vector256<double> upper, Vector256<float> x)
    {
        (Vector256<double> first, Vector256<double> second) = Vector256.Widen(x);

        // The product is exact, so a fused multiply-add and its two steps give the same bits.
        return (lower + (first * first), upper + (second * second));
    }

    private static double Doubles(double* x, int length, double scale)
    {
        Vector256<double> s = Vector256.Create(scale);
        Vector256<double> a = default, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        int i = 0;
        for (; i <= length - 32; i += 32)
        {
            a = Take(a, s, x + i);
            b = Take(b, s, x + i + 4);
            c = Take(c, s, x + i + 8);
            d = Take(d, s, x + i + 12);
            e = Take(e, s, x + i + 16);
            f = Take(f, s, x + i + 20);
            g = Take(g, s, x + i + 24);
            h = Take(h, s, x + i + 28);
        }

        double tail = 0;
        for (; i < length; i++) tail += x[i] * scale * (x[i] * scale);
        return Tree(a, b, c, d, e, f, g, h) + tail;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Take(Vector256<double> sum, Vector256<double> scale, double* x)
    {
        Vector256<double> scaled = Vector256.Load(x) * scale;
        return sum + (scaled * scaled);
    }

    private static double Tree(
        Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d,
        Vector256<double> e, Vector256<double> f, Vector256<double> g, Vector256<double> h)
    {
        a = (a + b + (c + d)) + (e + f + (g + h));
        return (a[0] + a[1]) + (a[2] + a[3]);
    }

    [SkipLocalsInit]
    private static double Narrows<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        float* wide = stackalloc float[Chunk.Length];
        double sum = 0;
        for (int i = 0; i < x.Length; i += Chunk.Length)
        {
            int count = Math.Min(Chunk.Length, x.Length - i);
            Widening.Widen(x.Slice(i, count), new Span<float>(wide, count));
            sum += Singles(wide, count);
        }

        return sum;
    }

    /// <summary>Sums squares divided by the power of two of the largest element, as BLAS's nrm2 does by the element itself.</summary>
    private static SquareSum Scaled(double* x, int length)
    {
        double largest = 0;
        for (int i = 0; i < length; i++)
        {
            if (!double.IsFinite(x[i])) return new SquareSum(Doubles(x, length, 1));
            largest = Math.Max(largest, Math.Abs(x[i]));
        }

        if (largest == 0) return default;

        // Two steps of 2¹⁰²² reach every subnormal number; powers of two cost no bit.
        int exponent = Math.Clamp(Math.ILogB(largest), -1022, 1022);
        return new SquareSum(Doubles(x, length, Math.ScaleB(1, -exponent)), exponent);
    }

    private struct Body<T> : IParallelBody where T : unmanaged
    {
        public T* X;
        public int Length;
        public SquareSum* Sums;

        public readonly void Invoke(int part)
        {
            int start = part * BlockLength;
            Sums[part] = Block(new ReadOnlySpan<T>(X + start, Math.Min(BlockLength, Length - start)));
        }
    }
}
