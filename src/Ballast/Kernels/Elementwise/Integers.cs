using System.Numerics;

namespace Ballast.Kernels.Elementwise;

/// <summary>What integers need that no vector unit has: division, remainder and power, lane by lane.</summary>
/// <remarks>A division by zero throws <see cref="DivideByZeroException"/>; all else wraps around, as in C.</remarks>
internal static unsafe class Integers
{
    public interface IFunction
    {
        static abstract T Invoke<T>(T x, T y) where T : unmanaged, IBinaryInteger<T>;
    }

    /// <summary>Whether <typeparamref name="T"/> is an integer.</summary>
    public static bool Is<T>() => typeof(T) != typeof(float) && typeof(T) != typeof(double);

    /// <summary>Applies a function to each pair of lanes.</summary>
    public static Vector<T> Map<TFunction, T>(Vector<T> x, Vector<T> y) where TFunction : struct, IFunction where T : unmanaged
    {
        if (typeof(T) == typeof(int)) return As<TFunction, T, int>(x, y);
        if (typeof(T) == typeof(long)) return As<TFunction, T, long>(x, y);
        if (typeof(T) == typeof(short)) return As<TFunction, T, short>(x, y);
        if (typeof(T) == typeof(sbyte)) return As<TFunction, T, sbyte>(x, y);
        if (typeof(T) == typeof(byte)) return As<TFunction, T, byte>(x, y);
        if (typeof(T) == typeof(ushort)) return As<TFunction, T, ushort>(x, y);
        if (typeof(T) == typeof(uint)) return As<TFunction, T, uint>(x, y);
        if (typeof(T) == typeof(ulong)) return As<TFunction, T, ulong>(x, y);
        throw new NotSupportedException($"Expected an integer dtype, got {typeof(T).Name.ToLowerInvariant()}.");
    }

    private static Vector<T> As<TFunction, T, TInteger>(Vector<T> x, Vector<T> y)
        where TFunction : struct, IFunction where T : unmanaged where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
        TInteger* lanes = (TInteger*)&x, others = (TInteger*)&y;
        for (int i = 0; i < Vector<TInteger>.Count; i++) lanes[i] = TFunction.Invoke(lanes[i], others[i]);
        return x;
    }

    /// <summary>x / y, rounded towards zero.</summary>
    public readonly struct Quotient : IFunction
    {
        // The smallest number divided by -1 overflows; C on most machines traps, here it wraps around.
        public static T Invoke<T>(T x, T y) where T : unmanaged, IBinaryInteger<T> =>
            T.IsNegative(y) && T.IsZero(y + T.One) ? unchecked(T.Zero - x) : x / y;
    }

    /// <summary>x / y, rounded towards -∞.</summary>
    public readonly struct FloorQuotient : IFunction
    {
        public static T Invoke<T>(T x, T y) where T : unmanaged, IBinaryInteger<T>
        {
            T quotient = Quotient.Invoke(x, y);
            T remainder = unchecked(x - (quotient * y));
            return !T.IsZero(remainder) && T.IsNegative(remainder) != T.IsNegative(y) ? quotient - T.One : quotient;
        }
    }

    /// <summary>The remainder that goes with <see cref="FloorQuotient"/>: it has the sign of y.</summary>
    public readonly struct FloorRemainder : IFunction
    {
        public static T Invoke<T>(T x, T y) where T : unmanaged, IBinaryInteger<T> =>
            unchecked(x - (FloorQuotient.Invoke(x, y) * y));
    }

    /// <summary>x to the power y, wrapping around.</summary>
    public readonly struct Power : IFunction
    {
        public static T Invoke<T>(T x, T y) where T : unmanaged, IBinaryInteger<T>
        {
            if (T.IsNegative(y)) throw new ArithmeticException("Integers to negative integer powers are not allowed.");
            T power = T.One;
            for (; !T.IsZero(y); y >>= 1, x = unchecked(x * x))
                if (T.IsOddInteger(y)) power = unchecked(power * x);
            return power;
        }
    }
}
