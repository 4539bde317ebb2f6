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

    private static Value Vector<T>(T[] values) where T : unmanaged => From<T>(values, Shape.Vector(values.Length));
}
