using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Ballast.Tensors;

/// <content>Implicit conversions from what a caller has at hand.</content>
public sealed partial class Value
{
    /// <summary>A scalar.</summary>
    public static implicit operator Value(float value) => From([value], Shape.Scalar);

    /// <summary>A scalar.</summary>
    public static implicit operator Value(double value) => From([value], Shape.Scalar);

    /// <summary>A scalar.</summary>
    public static implicit operator Value(Half value) => From([value], Shape.Scalar);

    /// <summary>A scalar.</summary>
    public static implicit operator Value(BFloat16 value) => From([value], Shape.Scalar);

    /// <summary>A scalar.</summary>
    public static implicit operator Value(int value) => From([value], Shape.Scalar);

    /// <summary>A scalar.</summary>
    public static implicit operator Value(long value) => From([value], Shape.Scalar);

    /// <summary>A scalar.</summary>
    public static implicit operator Value(bool value) => From([value], Shape.Scalar);

    /// <summary>A scalar string, encoded as UTF-8.</summary>
    public static implicit operator Value(string value) => FromStrings([value], Shape.Scalar);

    /// <summary>A vector.</summary>
    public static implicit operator Value(float[] values) => Vector(values);

    /// <summary>A vector.</summary>
    public static implicit operator Value(double[] values) => Vector(values);

    /// <summary>A vector.</summary>
    public static implicit operator Value(Half[] values) => Vector(values);

    /// <summary>A vector.</summary>
    public static implicit operator Value(BFloat16[] values) => Vector(values);

    /// <summary>A vector.</summary>
    public static implicit operator Value(int[] values) => Vector(values);

    /// <summary>A vector.</summary>
    public static implicit operator Value(long[] values) => Vector(values);

    /// <summary>A vector.</summary>
    public static implicit operator Value(bool[] values) => Vector(values);

    /// <summary>A vector of strings, encoded as UTF-8.</summary>
    public static implicit operator Value(string[] values) => FromStrings(values, Shape.Vector(values.Length));

    /// <summary>A matrix.</summary>
    public static implicit operator Value(float[,] values) => FromArray<float>(values);

    /// <summary>A matrix.</summary>
    public static implicit operator Value(double[,] values) => FromArray<double>(values);

    /// <summary>A matrix.</summary>
    public static implicit operator Value(int[,] values) => FromArray<int>(values);

    /// <summary>A value of three dimensions.</summary>
    public static implicit operator Value(float[,,] values) => FromArray<float>(values);

    /// <summary>A value of four dimensions.</summary>
    public static implicit operator Value(float[,,,] values) => FromArray<float>(values);

    /// <summary>A copy of .NET's tensor.</summary>
    public static implicit operator Value(Tensor<float> tensor) => From(tensor);

    /// <summary>A copy of .NET's tensor.</summary>
    public static implicit operator Value(Tensor<double> tensor) => From(tensor);

    /// <summary>A copy of .NET's tensor.</summary>
    public static implicit operator Value(Tensor<int> tensor) => From(tensor);

    /// <summary>A copy of .NET's tensor.</summary>
    public static implicit operator Value(Tensor<long> tensor) => From(tensor);

    /// <summary>A copy of .NET's tensor.</summary>
    public static implicit operator Value(Tensor<bool> tensor) => From(tensor);

    /// <summary>A copy of a .NET array of any rank.</summary>
    /// <exception cref="ArgumentException">The array's elements are not <typeparamref name="T"/>.</exception>
    public static Value FromArray<T>(Array array) where T : unmanaged
    {
        if (array.GetType().GetElementType() != typeof(T))
            throw new ArgumentException(
                $"Expected an array of {typeof(T).Name}, got {array.GetType().Name}.", nameof(array));
        var dimensions = new int[array.Rank];
        for (int i = 0; i < dimensions.Length; i++) dimensions[i] = array.GetLength(i);
        Value value = Allocate(DTypes.Of<T>(), new Shape(dimensions));
        MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), value.Bytes.Length)
            .CopyTo(value.Bytes);
        return value;
    }

    /// <summary>
    /// The value as a scalar, an array of its rank, a <see cref="Tensor{T}"/> or itself, whichever <typeparamref name="T"/>
    /// names: <c>float</c>, <c>float[]</c>, <c>float[,]</c>, …
    /// </summary>
    /// <exception cref="InvalidOperationException">The dtype or shape is not that of <typeparamref name="T"/>.</exception>
    /// <exception cref="NotSupportedException">No value converts to <typeparamref name="T"/>.</exception>
    public T To<T>()
    {
        if (this is T self) return self;
        object? converted = Tensors<T>() ?? Vectors<T>();
        return converted is null ? Scalar<T>() : (T)converted;
    }

    private object? Tensors<T>()
    {
        if (typeof(T) == typeof(Tensor<float>)) return ToTensor<float>();
        if (typeof(T) == typeof(Tensor<double>)) return ToTensor<double>();
        if (typeof(T) == typeof(Tensor<int>)) return ToTensor<int>();
        if (typeof(T) == typeof(Tensor<long>)) return ToTensor<long>();
        return typeof(T) == typeof(Tensor<bool>) ? ToTensor<bool>() : null;
    }

    private object? Vectors<T>()
    {
        if (!typeof(T).IsArray) return null;
        if (typeof(T).GetArrayRank() != Shape.Rank)
            throw new InvalidOperationException(
                $"Expected {typeof(T).GetArrayRank()} dimensions for {typeof(T).Name}, got shape {Shape}. " +
                "Ask for an array of that rank, or for a Tensor<T>.");
        if (Shape.Rank > 1) return Array<T>();
        if (typeof(T) == typeof(float[])) return ToArray<float>();
        if (typeof(T) == typeof(double[])) return ToArray<double>();
        if (typeof(T) == typeof(int[])) return ToArray<int>();
        if (typeof(T) == typeof(long[])) return ToArray<long>();
        if (typeof(T) == typeof(bool[])) return ToArray<bool>();
        return typeof(T) == typeof(string[]) ? ToArray<string>() : null;
    }

    private Array Array<T>()
    {
        Type element = typeof(T).GetElementType()!;
        DType expected = element == typeof(float) ? DType.Float32
            : element == typeof(double) ? DType.Float64
            : element == typeof(int) ? DType.Int32
            : element == typeof(long) ? DType.Int64
            : element == typeof(bool) ? DType.Bool
            : throw new NotSupportedException($"No value converts to {typeof(T).Name}. Ask for a Tensor<T>, or call ToArray<T>().");
        if (expected != DType)
            throw new InvalidOperationException($"Expected elements of {expected.Name()}, got {DType.Name()}.");
        var array = System.Array.CreateInstanceFromArrayType(typeof(T), Shape.ToArray());
        Bytes.CopyTo(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(array), Bytes.Length));
        return array;
    }

    private static Value Vector<T>(T[] values) where T : unmanaged => From<T>(values, Shape.Vector(values.Length));
}
