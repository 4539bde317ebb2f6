using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ballast.Tensors;

namespace Ballast.Kernels.Movement;

/// <summary>Moves the elements of values of one dtype, whatever they mean: numbers by their size, strings by reference.</summary>
internal abstract class Mover
{
    private static readonly Mover One = new Mover<byte>(), Two = new Mover<ushort>(), Four = new Mover<uint>(),
        Eight = new Mover<ulong>(), Sixteen = new Mover<UInt128>(), Strings = new Mover<byte[]>();

    /// <summary>The mover for a dtype.</summary>
    /// <exception cref="NotSupportedException">Resources and variants are not moved.</exception>
    public static Mover For(DType dtype) => dtype.Size() switch
    {
        1 => One,
        2 => Two,
        4 => Four,
        8 => Eight,
        16 => Sixteen,
        _ when dtype == DType.String => Strings,
        _ => throw new NotSupportedException($"Expected numbers or strings, got {dtype.Name()}. Move the values, not their handles."),
    };

    /// <summary>Copies elements along a walk; source and destination may be one value if no element is both read and written.</summary>
    public abstract void Copy(Value source, Value destination, in StridedWalk walk);

    /// <summary>Makes every element the one element of <paramref name="scalar"/>; zeros, or empty strings, when it is null.</summary>
    public abstract void Fill(Value destination, Value? scalar = null);

    /// <summary>Copies the rows that int32 or int64 <paramref name="indices"/> name; all must name one.</summary>
    public abstract void Gather(Value table, Value indices, Value rows, GatherShape shape);
}

internal sealed class Mover<T> : Mover
{
    public override void Copy(Value source, Value destination, in StridedWalk walk) =>
        StridedCopy.Run<T>(Elements(source), Elements(destination), walk);

    public override void Fill(Value destination, Value? scalar) =>
        Elements(destination).Fill(scalar is not null ? Elements(scalar)[0] : Nothing);

    public override void Gather(Value table, Value indices, Value rows, GatherShape shape)
    {
        if (indices.DType == DType.Int64) RowGather.Run<T, long>(Elements(table), indices.Span<long>(), Elements(rows), shape);
        else RowGather.Run<T, int>(Elements(table), indices.Span<int>(), Elements(rows), shape);
    }

    private static T Nothing => typeof(T) == typeof(byte[]) ? (T)(object)Array.Empty<byte>() : default!;

    private static Span<T> Elements(Value value)
    {
        if (typeof(T) != typeof(byte[]))
            return MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetReference(value.Bytes)), value.Length);
        Span<byte[]> strings = value.Strings;
        return MemoryMarshal.CreateSpan(ref Unsafe.As<byte[], T>(ref MemoryMarshal.GetReference(strings)), value.Length);
    }
}
