using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Ballast.Tensors;
using static Ballast.Kernels.Elementwise.UnaryLoop;

namespace Ballast.Kernels.Elementwise;

/// <summary>Conversion between all numeric dtypes and bool, as C converts.</summary>
/// <remarks>
/// Floats round to nearest, ties to even, and become infinite beyond the range. Floats lose their fraction on the way to
/// integers; beyond the range C leaves the result open, here it is the nearest integer of the range, and 0 for NaN.
/// Integers wrap around. To bool: whether the number is not 0 (NaN is not). From bool: 0 or 1.
/// </remarks>
internal static class Cast
{
    /// <summary>Converts every element.</summary>
    /// <exception cref="NotSupportedException">Either dtype is not numeric.</exception>
    public static void Run(DType from, ReadOnlySpan<byte> x, DType to, Span<byte> y)
    {
        if (from == to)
        {
            x.CopyTo(y);
            return;
        }

        switch (from)
        {
            case DType.Float32: From(Of<float>(x), to, y); break;
            case DType.Float64: From(Of<double>(x), to, y); break;
            case DType.Float16: From(Of<Half>(x), to, y); break;
            case DType.BFloat16: FromBFloat16(Of<BFloat16>(x), to, y); break;
            case DType.Int32: From(Of<int>(x), to, y); break;
            case DType.Int64: From(Of<long>(x), to, y); break;
            case DType.Int16: From(Of<short>(x), to, y); break;
            case DType.Int8: From(Of<sbyte>(x), to, y); break;
            case DType.UInt8 or DType.Bool: From(x, to, y); break;
            case DType.UInt16: From(Of<ushort>(x), to, y); break;
            case DType.UInt32: From(Of<uint>(x), to, y); break;
            case DType.UInt64: From(Of<ulong>(x), to, y); break;
            default: throw Unsupported(from);
        }
    }

    private static void From<T>(ReadOnlySpan<T> x, DType to, Span<byte> y) where T : unmanaged, INumberBase<T>
    {
        switch (to)
        {
            case DType.Float32: TensorPrimitives.ConvertTruncating(x, Of<float>(y)); break;
            case DType.Float64: TensorPrimitives.ConvertTruncating(x, Of<double>(y)); break;
            case DType.Float16: TensorPrimitives.ConvertTruncating(x, Of<Half>(y)); break;
            case DType.BFloat16: ToBFloat16(x, Of<BFloat16>(y)); break;
            case DType.Int32: ToInteger(x, Of<int>(y)); break;
            case DType.Int64: ToInteger(x, Of<long>(y)); break;
            case DType.Int16: ToInteger(x, Of<short>(y)); break;
            case DType.Int8: ToInteger(x, Of<sbyte>(y)); break;
            case DType.UInt8: ToInteger(x, y); break;
            case DType.UInt16: ToInteger(x, Of<ushort>(y)); break;
            case DType.UInt32: ToInteger(x, Of<uint>(y)); break;
            case DType.UInt64: ToInteger(x, Of<ulong>(y)); break;
            case DType.Bool:
                for (int i = 0; i < x.Length; i++) y[i] = T.IsZero(x[i]) ? (byte)0 : (byte)1;
                break;
            default: throw Unsupported(to);
        }
    }

    private static void ToInteger<T, TInteger>(ReadOnlySpan<T> x, Span<TInteger> y)
        where T : INumberBase<T> where TInteger : INumberBase<TInteger>
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half))
            TensorPrimitives.ConvertSaturating(x, y);
        else
            TensorPrimitives.ConvertTruncating(x, y);
    }

    [SkipLocalsInit]
    private static void FromBFloat16(ReadOnlySpan<BFloat16> x, DType to, Span<byte> y)
    {
        Span<float> wide = stackalloc float[Chunk.Length];
        for (int i = 0; i < x.Length; i += Chunk.Length)
        {
            int count = Math.Min(Chunk.Length, x.Length - i);
            Widening.Widen(x.Slice(i, count), wide);
            From<float>(wide[..count], to, y[(i * to.Size())..]);
        }
    }

    [SkipLocalsInit]
    private static void ToBFloat16<T>(ReadOnlySpan<T> x, Span<BFloat16> y) where T : unmanaged, INumberBase<T>
    {
        Span<float> wide = stackalloc float[Chunk.Length];
        for (int i = 0; i < x.Length; i += Chunk.Length)
        {
            int count = Math.Min(Chunk.Length, x.Length - i);
            TensorPrimitives.ConvertTruncating(x.Slice(i, count), wide);
            Widening.Narrow(wide[..count], y.Slice(i, count));
        }
    }
}
