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

    /// <summary>Copies rows to the rows of a table that indices name, in order, so that the last of several wins.</summary>
    public abstract void ScatterRows(Value rows, ReadOnlySpan<int> indices, Value table, int length);

    /// <summary>
    /// Writes <paramref name="on"/> at the place that each index names along a dimension of size <paramref name="depth"/>
    /// with <paramref name="inner"/> elements inside; an index out of range writes nothing.
    /// </summary>
    public abstract void SetOnes(Value indices, Value on, Value destination, int inner, int depth);

    /// <summary>Copies the elements of matrices from <paramref name="lower"/> diagonals below the main one to <paramref name="upper"/> above; others are 0.</summary>
    public abstract void CopyBand(Value source, Value destination, int rows, int columns, int lower, int upper);
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

    public override void ScatterRows(Value rows, ReadOnlySpan<int> indices, Value table, int length)
    {
        ReadOnlySpan<T> from = Elements(rows);
        Span<T> to = Elements(table);
        for (int i = 0; i < indices.Length; i++) from.Slice(i * length, length).CopyTo(to[(indices[i] * length)..]);
    }

    public override void SetOnes(Value indices, Value on, Value destination, int inner, int depth)
    {
        Span<T> to = Elements(destination);
        T one = Elements(on)[0];
        for (int i = 0; i < indices.Length; i++)
        {
            long index = indices.DType switch
            {
                DType.Int64 => indices.Span<long>()[i],
                DType.UInt8 => indices.Span<byte>()[i],
                _ => indices.Span<int>()[i],
            };
            if ((ulong)index >= (ulong)depth) continue;
            (int outer, int within) = Math.DivRem(i, inner);
            to[(((outer * depth) + (int)index) * inner) + within] = one;
        }
    }

    public override void CopyBand(Value source, Value destination, int rows, int columns, int lower, int upper)
    {
        ReadOnlySpan<T> from = Elements(source);
        Span<T> to = Elements(destination);
        to.Fill(Nothing);
        for (int start = 0, row = 0; start < to.Length; start += columns, row = row + 1 == rows ? 0 : row + 1)
        {
            int first = lower < 0 ? 0 : Math.Clamp(row - lower, 0, columns);
            int end = upper < 0 ? columns : (int)Math.Clamp((long)row + upper + 1, first, columns);
            from[(start + first)..(start + end)].CopyTo(to[(start + first)..]);
        }
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
