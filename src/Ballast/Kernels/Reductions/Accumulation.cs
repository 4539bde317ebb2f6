using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Kernels.Reductions;

/// <summary>Takes elements up, a chunk at a time, always in the same order: 32 lanes, then their tree, then the chunks in turn.</summary>
internal static unsafe class Accumulation
{
    /// <summary>The elements that are widened together.</summary>
    public const int ChunkLength = Chunk.Length;

    private const int Lanes = 4;

    /// <summary>Widens elements to the type they are accumulated in; exact.</summary>
    [SkipLocalsInit]
    public static void Widen<T, TSum>(T* from, TSum* to, int count) where T : unmanaged where TSum : unmanaged, INumber<TSum>
    {
        var source = new ReadOnlySpan<T>(from, count);
        var target = new Span<TSum>(to, count);
        if (Chunk.IsNarrow<T>())
        {
            Span<float> wide = stackalloc float[count];
            Widening.Widen(source, wide);
            TensorPrimitives.ConvertTruncating(wide, target);
        }
        else if (typeof(T) == typeof(float)) Convert<float, TSum>((float*)from, target);
        else if (typeof(T) == typeof(double)) Convert<double, TSum>((double*)from, target);
        else if (typeof(T) == typeof(int)) Convert<int, TSum>((int*)from, target);
        else if (typeof(T) == typeof(long)) Convert<long, TSum>((long*)from, target);
        else if (typeof(T) == typeof(short)) Convert<short, TSum>((short*)from, target);
        else if (typeof(T) == typeof(sbyte)) Convert<sbyte, TSum>((sbyte*)from, target);
        else if (typeof(T) == typeof(byte)) Convert<byte, TSum>((byte*)from, target);
        else if (typeof(T) == typeof(ushort)) Convert<ushort, TSum>((ushort*)from, target);
        else if (typeof(T) == typeof(uint)) Convert<uint, TSum>((uint*)from, target);
        else Convert<ulong, TSum>((ulong*)from, target);
    }

    /// <summary>Rounds a result to the type of the output.</summary>
    public static T Round<T, TSum>(TSum sum) where T : unmanaged where TSum : unmanaged, INumber<TSum>
    {
        if (typeof(T) == typeof(BFloat16)) return As<BFloat16, T>((BFloat16)double.CreateTruncating(sum));
        if (typeof(T) == typeof(Half)) return As<Half, T>((Half)double.CreateTruncating(sum));
        if (typeof(T) == typeof(float)) return As<float, T>(float.CreateTruncating(sum));
        if (typeof(T) == typeof(double)) return As<double, T>(double.CreateTruncating(sum));
        if (typeof(T) == typeof(int)) return As<int, T>(int.CreateTruncating(sum));
        if (typeof(T) == typeof(long)) return As<long, T>(long.CreateTruncating(sum));
        if (typeof(T) == typeof(short)) return As<short, T>(short.CreateTruncating(sum));
        if (typeof(T) == typeof(sbyte)) return As<sbyte, T>(sbyte.CreateTruncating(sum));
        if (typeof(T) == typeof(byte)) return As<byte, T>(byte.CreateTruncating(sum));
        if (typeof(T) == typeof(ushort)) return As<ushort, T>(ushort.CreateTruncating(sum));
        if (typeof(T) == typeof(uint)) return As<uint, T>(uint.CreateTruncating(sum));
        return As<ulong, T>(ulong.CreateTruncating(sum));
    }

    /// <summary>The result over consecutive elements.</summary>
    [SkipLocalsInit]
    public static TSum Row<TOp, T, TSum>(TOp op, T* x, int length)
        where TOp : struct, IReducer where T : unmanaged where TSum : unmanaged, INumber<TSum>, IMinMaxValue<TSum>
    {
        TSum* wide = stackalloc TSum[ChunkLength];
        TSum sum = op.Identity<TSum>();
        for (int i = 0; i < length; i += ChunkLength)
        {
            int count = Math.Min(ChunkLength, length - i);
            Widen(x + i, wide, count);
            int padded = (count + Lanes - 1) & -Lanes;
            for (; count < padded; count++) wide[count] = op.Identity<TSum>();
            sum = Unite(op, sum, Reduce(op, wide, padded));
        }

        return sum;
    }

    /// <summary>Takes up rows that lie one behind the other, element by element: <c>sums[j] ← sums[j] ⊕ x[j]</c> for one row after the other.</summary>
    public static void Columns<TOp, TSum>(TOp op, TSum* sums, TSum* x, int count, int rows)
        where TOp : struct, IReducer where TSum : unmanaged, INumber<TSum>
    {
        int i = 0;
        for (; i <= count - (4 * Lanes); i += 4 * Lanes)
        {
            Vector256<TSum> a = Vector256.Load(sums + i), b = Vector256.Load(sums + i + Lanes);
            Vector256<TSum> c = Vector256.Load(sums + i + (2 * Lanes)), d = Vector256.Load(sums + i + (3 * Lanes));
            TSum* at = x + i;
            for (int row = 0; row < rows; row++, at += count)
            {
                a = op.Take(a, Vector256.Load(at));
                b = op.Take(b, Vector256.Load(at + Lanes));
                c = op.Take(c, Vector256.Load(at + (2 * Lanes)));
                d = op.Take(d, Vector256.Load(at + (3 * Lanes)));
            }

            a.Store(sums + i);
            b.Store(sums + i + Lanes);
            c.Store(sums + i + (2 * Lanes));
            d.Store(sums + i + (3 * Lanes));
        }

        for (; i <= count - Lanes; i += Lanes)
        {
            Vector256<TSum> a = Vector256.Load(sums + i);
            for (int row = 0; row < rows; row++) a = op.Take(a, Vector256.Load(x + ((nint)row * count) + i));
            a.Store(sums + i);
        }

        for (; i < count; i++)
        {
            Vector256<TSum> a = Vector256.CreateScalar(sums[i]);
            for (int row = 0; row < rows; row++) a = op.Take(a, Vector256.CreateScalar(x[((nint)row * count) + i]));
            sums[i] = a.ToScalar();
        }
    }

    /// <summary>Unites two partial results.</summary>
    public static TSum Unite<TOp, TSum>(TOp op, TSum a, TSum b) where TOp : struct, IReducer where TSum : unmanaged, INumber<TSum> =>
        op.Unite(Vector256.CreateScalar(a), Vector256.CreateScalar(b)).ToScalar();

    private static TSum Reduce<TOp, TSum>(TOp op, TSum* x, int count)
        where TOp : struct, IReducer where TSum : unmanaged, INumber<TSum>, IMinMaxValue<TSum>
    {
        Vector256<TSum> a = Vector256.Create(op.Identity<TSum>());
        Vector256<TSum> b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        int i = 0;
        for (; i <= count - (8 * Lanes); i += 8 * Lanes)
        {
            a = op.Take(a, Vector256.Load(x + i));
            b = op.Take(b, Vector256.Load(x + i + Lanes));
            c = op.Take(c, Vector256.Load(x + i + (2 * Lanes)));
            d = op.Take(d, Vector256.Load(x + i + (3 * Lanes)));
            e = op.Take(e, Vector256.Load(x + i + (4 * Lanes)));
            f = op.Take(f, Vector256.Load(x + i + (5 * Lanes)));
            g = op.Take(g, Vector256.Load(x + i + (6 * Lanes)));
            h = op.Take(h, Vector256.Load(x + i + (7 * Lanes)));
        }

        for (; i < count; i += Lanes) a = op.Take(a, Vector256.Load(x + i));
        a = op.Unite(op.Unite(op.Unite(a, b), op.Unite(c, d)), op.Unite(op.Unite(e, f), op.Unite(g, h)));
        return Unite(op, Unite(op, a[0], a[1]), Unite(op, a[2], a[3]));
    }

    private static void Convert<T, TSum>(T* from, Span<TSum> to) where T : unmanaged, INumberBase<T> where TSum : INumberBase<TSum> =>
        TensorPrimitives.ConvertTruncating(new ReadOnlySpan<T>(from, to.Length), to);

    private static T As<TFrom, T>(TFrom value) where TFrom : unmanaged where T : unmanaged => Unsafe.BitCast<TFrom, T>(value);
}
