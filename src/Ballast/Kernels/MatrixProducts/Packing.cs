using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Ballast.Kernels.MatrixProducts;

/// <summary>Copies a part of a matrix into the order in which the tiles read it, padding with zeros.</summary>
internal static unsafe class Packing
{
    /// <summary>Copies rows of <paramref name="columns"/> elements to rows of <paramref name="width"/>.</summary>
    public static void Copy<T>(T* source, nint stride, int rows, int columns, T* packed, int width) where T : unmanaged
    {
        for (int row = 0; row < rows; row++, source += stride, packed += width)
        {
            new ReadOnlySpan<T>(source, columns).CopyTo(new Span<T>(packed, width));
            if (columns < width) new Span<T>(packed + columns, width - columns).Clear();
        }
    }

    /// <summary>Writes column j of the source as row j, of <paramref name="width"/> elements.</summary>
    public static void Transpose<T>(T* source, nint stride, int rows, int columns, T* packed, int width) where T : unmanaged
    {
        if (rows < width) new Span<T>(packed, checked(width * columns)).Clear();
        int block = Vector128<T>.Count;
        int row = 0;
        for (; row <= rows - block; row += block, source += block * stride)
        {
            int column = 0;
            T* target = packed + row;
            for (; column <= columns - block; column += block, target += block * width)
            {
                if (typeof(T) == typeof(float)) TransposeBlock((float*)source + column, stride, (float*)target, width);
                else TransposeBlock((double*)source + column, stride, (double*)target, width);
            }

            for (; column < columns; column++, target += width)
                for (int i = 0; i < block; i++) target[i] = source[(i * stride) + column];
        }

        for (; row < rows; row++, source += stride)
            for (int column = 0; column < columns; column++) packed[((nint)column * width) + row] = source[column];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeBlock(float* source, nint stride, float* target, nint width)
    {
        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + stride);
        Vector128<float> c = Vector128.Load(source + (2 * stride)), d = Vector128.Load(source + (3 * stride));
        Vector128<double> low = InterleaveLow(a, b).AsDouble(), lowRight = InterleaveLow(c, d).AsDouble();
        Vector128<double> high = InterleaveHigh(a, b).AsDouble(), highRight = InterleaveHigh(c, d).AsDouble();
        InterleaveLow(low, lowRight).AsSingle().Store(target);
        InterleaveHigh(low, lowRight).AsSingle().Store(target + width);
        InterleaveLow(high, highRight).AsSingle().Store(target + (2 * width));
        InterleaveHigh(high, highRight).AsSingle().Store(target + (3 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeBlock(double* source, nint stride, double* target, nint width)
    {
        Vector128<double> a = Vector128.Load(source), b = Vector128.Load(source + stride);
        InterleaveLow(a, b).Store(target);
        InterleaveHigh(a, b).Store(target + width);
    }

    private static Vector128<float> InterleaveLow(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported) return Sse.UnpackLow(a, b);
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipLow(a, b);
        return Vector128.Create(a[0], b[0], a[1], b[1]);
    }

    private static Vector128<float> InterleaveHigh(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported) return Sse.UnpackHigh(a, b);
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipHigh(a, b);
        return Vector128.Create(a[2], b[2], a[3], b[3]);
    }

    private static Vector128<double> InterleaveLow(Vector128<double> a, Vector128<double> b)
    {
        if (Sse2.IsSupported) return Sse2.UnpackLow(a, b);
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipLow(a, b);
        return Vector128.Create(a[0], b[0]);
    }

    private static Vector128<double> InterleaveHigh(Vector128<double> a, Vector128<double> b)
    {
        if (Sse2.IsSupported) return Sse2.UnpackHigh(a, b);
        if (AdvSimd.Arm64.IsSupported) return AdvSimd.Arm64.ZipHigh(a, b);
        return Vector128.Create(a[1], b[1]);
    }
}
