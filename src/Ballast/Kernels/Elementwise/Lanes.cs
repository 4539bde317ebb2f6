using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Elementwise;

/// <summary>Vectors of a type that is only known when the loop is compiled; each branch on the type costs nothing then.</summary>
internal static unsafe class Lanes
{
    /// <summary>All bits of a lane are set where the element is neither NaN nor infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> IsFinite<T>(Vector<T> x) where T : unmanaged =>
        Vector.Equals(x - x, Vector<T>.Zero);

    /// <summary>All bits of a lane are set where the element is NaN; never for integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> IsNan<T>(Vector<T> x) where T : unmanaged => ~Vector.Equals(x, x);

    /// <summary>The same number in every lane.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is an integer.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Of<T>(double number) where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return Vector.Create((float)number).As<float, T>();
        if (typeof(T) == typeof(double)) return Vector.Create(number).As<double, T>();
        throw NotFloating<T>();
    }

    /// <summary>Applies a pair of functions, one for float32 and one for float64, to each lane.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is an integer.</exception>
    public static Vector<T> Map<T>(Vector<T> x, Func<float, float> single, Func<double, double> @double) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            var lanes = (float*)&x;
            for (int i = 0; i < Vector<float>.Count; i++) lanes[i] = single(lanes[i]);
            return x;
        }

        if (typeof(T) == typeof(double))
        {
            var lanes = (double*)&x;
            for (int i = 0; i < Vector<double>.Count; i++) lanes[i] = @double(lanes[i]);
            return x;
        }

        throw NotFloating<T>();
    }

    /// <summary>Applies a pair of functions of two numbers to each pair of lanes.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is an integer.</exception>
    public static Vector<T> Map<T>(
        Vector<T> x, Vector<T> y, Func<float, float, float> single, Func<double, double, double> @double) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            float* lanes = (float*)&x, others = (float*)&y;
            for (int i = 0; i < Vector<float>.Count; i++) lanes[i] = single(lanes[i], others[i]);
            return x;
        }

        if (typeof(T) == typeof(double))
        {
            double* lanes = (double*)&x, others = (double*)&y;
            for (int i = 0; i < Vector<double>.Count; i++) lanes[i] = @double(lanes[i], others[i]);
            return x;
        }

        throw NotFloating<T>();
    }

    public static NotSupportedException NotFloating<T>() =>
        new($"Expected a floating-point dtype, got {typeof(T).Name.ToLowerInvariant()}.");
}
