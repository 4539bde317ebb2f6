using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ballast.Kernels.MatrixProducts;

/// <summary>Tiles of 512-bit vectors: 24 sums of the 32 registers, and two vectors of B.</summary>
internal readonly unsafe struct WideTile<T> : ITile<T> where T : unmanaged
{
    public static int TallRows => 12;

    public static int ShortRows => 4;

    public static int Columns => 2 * Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tall(nint depth, T* a, T* b, nint strideB, T* c, nint strideC, bool accumulate)
    {
        nint width = Vector512<T>.Count;
        Vector512<T> l0 = Vector512<T>.Zero, r0 = Vector512<T>.Zero;
        Vector512<T> l1 = Vector512<T>.Zero, r1 = Vector512<T>.Zero;
        Vector512<T> l2 = Vector512<T>.Zero, r2 = Vector512<T>.Zero;
        Vector512<T> l3 = Vector512<T>.Zero, r3 = Vector512<T>.Zero;
        Vector512<T> l4 = Vector512<T>.Zero, r4 = Vector512<T>.Zero;
        Vector512<T> l5 = Vector512<T>.Zero, r5 = Vector512<T>.Zero;
        Vector512<T> l6 = Vector512<T>.Zero, r6 = Vector512<T>.Zero;
        Vector512<T> l7 = Vector512<T>.Zero, r7 = Vector512<T>.Zero;
        Vector512<T> l8 = Vector512<T>.Zero, r8 = Vector512<T>.Zero;
        Vector512<T> l9 = Vector512<T>.Zero, r9 = Vector512<T>.Zero;
        Vector512<T> l10 = Vector512<T>.Zero, r10 = Vector512<T>.Zero;
        Vector512<T> l11 = Vector512<T>.Zero, r11 = Vector512<T>.Zero;
        for (; depth > 0; depth--)
        {
            Vector512<T> left = Vector512.Load(b);
            Vector512<T> right = Vector512.Load(b + width);
            Vector512<T> x = Vector512.Create(a[0]);
            l0 = MultiplyAdd(x, left, l0);
            r0 = MultiplyAdd(x, right, r0);
            x = Vector512.Create(a[1]);
            l1 = MultiplyAdd(x, left, l1);
            r1 = MultiplyAdd(x, right, r1);
            x = Vector512.Create(a[2]);
            l2 = MultiplyAdd(x, left, l2);
            r2 = MultiplyAdd(x, right, r2);
            x = Vector512.Create(a[3]);
            l3 = MultiplyAdd(x, left, l3);
            r3 = MultiplyAdd(x, right, r3);
            x = Vector512.Create(a[4]);
            l4 = MultiplyAdd(x, left, l4);
            r4 = MultiplyAdd(x, right, r4);
            x = Vector512.Create(a[5]);
            l5 = MultiplyAdd(x, left, l5);
            r5 = MultiplyAdd(x, right, r5);
            x = Vector512.Create(a[6]);
            l6 = MultiplyAdd(x, left, l6);
            r6 = MultiplyAdd(x, right, r6);
            x = Vector512.Create(a[7]);
            l7 = MultiplyAdd(x, left, l7);
            r7 = MultiplyAdd(x, right, r7);
            x = Vector512.Create(a[8]);
            l8 = MultiplyAdd(x, left, l8);
            r8 = MultiplyAdd(x, right, r8);
            x = Vector512.Create(a[9]);
            l9 = MultiplyAdd(x, left, l9);
            r9 = MultiplyAdd(x, right, r9);
            x = Vector512.Create(a[10]);
            l10 = MultiplyAdd(x, left, l10);
            r10 = MultiplyAdd(x, right, r10);
            x = Vector512.Create(a[11]);
            l11 = MultiplyAdd(x, left, l11);
            r11 = MultiplyAdd(x, right, r11);
            a += 12;
            b += strideB;
        }

        Store(c, l0, r0, accumulate);
        Store(c + strideC, l1, r1, accumulate);
        Store(c + (2 * strideC), l2, r2, accumulate);
        Store(c + (3 * strideC), l3, r3, accumulate);
        Store(c + (4 * strideC), l4, r4, accumulate);
        Store(c + (5 * strideC), l5, r5, accumulate);
        Store(c + (6 * strideC), l6, r6, accumulate);
        Store(c + (7 * strideC), l7, r7, accumulate);
        Store(c + (8 * strideC), l8, r8, accumulate);
        Store(c + (9 * strideC), l9, r9, accumulate);
        Store(c + (10 * strideC), l10, r10, accumulate);
        Store(c + (11 * strideC), l11, r11, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Short(nint depth, T* a, T* b, nint strideB, T* c, nint strideC, bool accumulate)
    {
        nint width = Vector512<T>.Count;
        Vector512<T> l0 = Vector512<T>.Zero, r0 = Vector512<T>.Zero;
        Vector512<T> l1 = Vector512<T>.Zero, r1 = Vector512<T>.Zero;
        Vector512<T> l2 = Vector512<T>.Zero, r2 = Vector512<T>.Zero;
        Vector512<T> l3 = Vector512<T>.Zero, r3 = Vector512<T>.Zero;
        for (; depth > 0; depth--)
        {
            Vector512<T> left = Vector512.Load(b);
            Vector512<T> right = Vector512.Load(b + width);
            Vector512<T> x = Vector512.Create(a[0]);
            l0 = MultiplyAdd(x, left, l0);
            r0 = MultiplyAdd(x, right, r0);
            x = Vector512.Create(a[1]);
            l1 = MultiplyAdd(x, left, l1);
            r1 = MultiplyAdd(x, right, r1);
            x = Vector512.Create(a[2]);
            l2 = MultiplyAdd(x, left, l2);
            r2 = MultiplyAdd(x, right, r2);
            x = Vector512.Create(a[3]);
            l3 = MultiplyAdd(x, left, l3);
            r3 = MultiplyAdd(x, right, r3);
            a += 4;
            b += strideB;
        }

        Store(c, l0, r0, accumulate);
        Store(c + strideC, l1, r1, accumulate);
        Store(c + (2 * strideC), l2, r2, accumulate);
        Store(c + (3 * strideC), l3, r3, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* c, Vector512<T> left, Vector512<T> right, bool accumulate)
    {
        if (accumulate)
        {
            left += Vector512.Load(c);
            right += Vector512.Load(c + Vector512<T>.Count);
        }

        left.Store(c);
        right.Store(c + Vector512<T>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> MultiplyAdd(Vector512<T> x, Vector512<T> y, Vector512<T> z)
    {
        if (typeof(T) == typeof(float))
            return Vector512.MultiplyAddEstimate(x.AsSingle(), y.AsSingle(), z.AsSingle()).As<float, T>();
        return Vector512.MultiplyAddEstimate(x.AsDouble(), y.AsDouble(), z.AsDouble()).As<double, T>();
    }
}
