using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.MatrixProducts;

/// <summary>Tiles of the machine's usual vectors: 12 sums of the 16 registers of x64, and two vectors of B.</summary>
internal readonly unsafe struct PortableTile<T> : ITile<T> where T : unmanaged
{
    public static int TallRows => 6;

    public static int ShortRows => 2;

    public static int Columns => 2 * Vector<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tall(nint depth, T* a, T* b, nint strideB, T* c, nint strideC, bool accumulate)
    {
        nint width = Vector<T>.Count;
        Vector<T> l0 = Vector<T>.Zero, r0 = Vector<T>.Zero;
        Vector<T> l1 = Vector<T>.Zero, r1 = Vector<T>.Zero;
        Vector<T> l2 = Vector<T>.Zero, r2 = Vector<T>.Zero;
        Vector<T> l3 = Vector<T>.Zero, r3 = Vector<T>.Zero;
        Vector<T> l4 = Vector<T>.Zero, r4 = Vector<T>.Zero;
        Vector<T> l5 = Vector<T>.Zero, r5 = Vector<T>.Zero;
        for (; depth > 0; depth--)
        {
            Vector<T> left = *(Vector<T>*)b;
            Vector<T> right = *(Vector<T>*)(b + width);
            Vector<T> x = new Vector<T>(a[0]);
            l0 = MultiplyAdd(x, left, l0);
            r0 = MultiplyAdd(x, right, r0);
            x = new Vector<T>(a[1]);
            l1 = MultiplyAdd(x, left, l1);
            r1 = MultiplyAdd(x, right, r1);
            x = new Vector<T>(a[2]);
            l2 = MultiplyAdd(x, left, l2);
            r2 = MultiplyAdd(x, right, r2);
            x = new Vector<T>(a[3]);
            l3 = MultiplyAdd(x, left, l3);
            r3 = MultiplyAdd(x, right, r3);
            x = new Vector<T>(a[4]);
            l4 = MultiplyAdd(x, left, l4);
            r4 = MultiplyAdd(x, right, r4);
            x = new Vector<T>(a[5]);
            l5 = MultiplyAdd(x, left, l5);
            r5 = MultiplyAdd(x, right, r5);
            a += 6;
            b += strideB;
        }

        Store(c, l0, r0, accumulate);
        Store(c + strideC, l1, r1, accumulate);
        Store(c + (2 * strideC), l2, r2, accumulate);
        Store(c + (3 * strideC), l3, r3, accumulate);
        Store(c + (4 * strideC), l4, r4, accumulate);
        Store(c + (5 * strideC), l5, r5, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Short(nint depth, T* a, T* b, nint strideB, T* c, nint strideC, bool accumulate)
    {
        nint width = Vector<T>.Count;
        Vector<T> l0 = Vector<T>.Zero, r0 = Vector<T>.Zero;
        Vector<T> l1 = Vector<T>.Zero, r1 = Vector<T>.Zero;
        for (; depth > 0; depth--)
        {
            Vector<T> left = *(Vector<T>*)b;
            Vector<T> right = *(Vector<T>*)(b + width);
            Vector<T> x = new Vector<T>(a[0]);
            l0 = MultiplyAdd(x, left, l0);
            r0 = MultiplyAdd(x, right, r0);
            x = new Vector<T>(a[1]);
            l1 = MultiplyAdd(x, left, l1);
            r1 = MultiplyAdd(x, right, r1);
            a += 2;
            b += strideB;
        }

        Store(c, l0, r0, accumulate);
        Store(c + strideC, l1, r1, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* c, Vector<T> left, Vector<T> right, bool accumulate)
    {
        var destination = (Vector<T>*)c;
        destination[0] = accumulate ? destination[0] + left : left;
        destination[1] = accumulate ? destination[1] + right : right;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> MultiplyAdd(Vector<T> x, Vector<T> y, Vector<T> z)
    {
        if (typeof(T) == typeof(float))
            return Vector.MultiplyAddEstimate(x.As<T, float>(), y.As<T, float>(), z.As<T, float>()).As<float, T>();
        return Vector.MultiplyAddEstimate(x.As<T, double>(), y.As<T, double>(), z.As<T, double>()).As<double, T>();
    }
}
