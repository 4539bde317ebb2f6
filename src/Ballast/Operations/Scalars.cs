using System.Globalization;
using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>Scalars of any dtype from a C# number.</summary>
internal static class Scalars
{
    /// <summary>The number in this dtype, rounded where the dtype is floating.</summary>
    /// <exception cref="GraphException">A fraction or a number out of range for an integer dtype.</exception>
    public static Value Of(double number, DType dtype, string name)
    {
        try
        {
            return dtype switch
            {
                DType.Float32 => (float)number,
                DType.Float64 => number,
                DType.Float16 => (Half)number,
                DType.BFloat16 => (BFloat16)number,
                DType.Int32 => checked((int)Whole(number)),
                DType.Int64 => Whole(number),
                DType.UInt8 => Value.From([checked((byte)Whole(number))], Shape.Scalar),
                DType.Int8 => Value.From([checked((sbyte)Whole(number))], Shape.Scalar),
                DType.Int16 => Value.From([checked((short)Whole(number))], Shape.Scalar),
                DType.UInt16 => Value.From([checked((ushort)Whole(number))], Shape.Scalar),
                DType.UInt32 => Value.From([checked((uint)Whole(number))], Shape.Scalar),
                DType.UInt64 => Value.From([checked((ulong)Whole(number))], Shape.Scalar),
                DType.Bool when number is 0 or 1 => number == 1,
                _ => throw new OverflowException(),
            };
        }
        catch (OverflowException)
        {
            throw new GraphException("Const", name, $"a number that fits {dtype.Name()}",
                number.ToString("R", CultureInfo.InvariantCulture), "Cast the other argument, or write another number.");
        }
    }

    private static long Whole(double number) => number == Math.Floor(number)
        ? checked((long)number)
        : throw new OverflowException();
}
