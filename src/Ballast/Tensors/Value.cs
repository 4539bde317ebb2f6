using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Ballast.Tensors;

/// <summary>Concrete numbers (or strings) with a dtype and a fully known shape, in row-major order. Immutable for its reader.</summary>
/// <remarks>
/// Made from scalars, arrays and <see cref="Tensor{T}"/> by implicit conversion or by <see cref="From{T}(ReadOnlySpan{T}, in Shape)"/>;
/// read by <see cref="Span{T}"/>, <see cref="Scalar{T}"/>, <see cref="ToArray{T}"/> and <see cref="ToTensor{T}"/>.
/// </remarks>
public sealed partial class Value
{
    /// <summary>The most bytes that one value may take: 2 GiB less the alignment.</summary>
    internal const int MaxBytes = int.MaxValue - 127;

    private readonly BufferPool? _pool;
    private Shape _shape;
    private int _users;

    internal Value(BufferPool? pool) => _pool = pool;

    private Value(DType dtype, in Shape shape, Storage storage) => Reset(dtype, shape, storage);

    /// <summary>The element type.</summary>
    public DType DType { get; private set; }

    /// <summary>The shape, fully known.</summary>
    public ref readonly Shape Shape => ref _shape;

    /// <summary>The number of elements.</summary>
    public int Length { get; private set; }

    internal Storage Storage { get; private set; } = null!;

    /// <summary>The elements, to be written by the kernel that makes this value.</summary>
    internal Span<T> Elements<T>() where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != DType.Size() || (DTypes.Of<T>() != DType))
            throw new InvalidOperationException($"Expected elements of {DTypes.Of<T>().Name()}, got {DType.Name()}.");
        return MemoryMarshal.Cast<byte, T>(Storage.Bytes)[..Length];
    }

    /// <summary>The memory of the elements as bytes.</summary>
    internal Span<byte> Bytes => Storage.Bytes[..(Length * DType.Size())];

    /// <summary>The elements of a string value.</summary>
    internal Span<byte[]> Strings => ((byte[][])Storage.Objects!).AsSpan(0, Length);

    /// <summary>The state that a resource value points to.</summary>
    internal object? Handle => Storage.Objects;

    /// <summary>The elements in row-major order.</summary>
    /// <exception cref="InvalidOperationException">The dtype is not that of <typeparamref name="T"/>.</exception>
    public ReadOnlySpan<T> Span<T>() where T : unmanaged => Elements<T>();

    /// <summary>The only element.</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one element, or the dtype is not that of <typeparamref name="T"/>.</exception>
    public T Scalar<T>()
    {
        if (Length != 1)
            throw new InvalidOperationException($"Expected one element, got shape {Shape}. Ask for an array or a Tensor<T> instead.");
        return ToArray<T>()[0];
    }

    /// <summary>A copy of the elements in row-major order. Strings are decoded as UTF-8.</summary>
    /// <exception cref="InvalidOperationException">The dtype is not that of <typeparamref name="T"/>.</exception>
    public T[] ToArray<T>()
    {
        if (typeof(T) == typeof(string))
        {
            if (DType != DType.String)
                throw new InvalidOperationException($"Expected strings, got {DType.Name()}.");
            var strings = new string[Length];
            for (int i = 0; i < Length; i++) strings[i] = Encoding.UTF8.GetString(Strings[i] ?? []);
            return (T[])(object)strings;
        }

        if (DTypes.Of<T>() != DType)
            throw new InvalidOperationException($"Expected elements of {DTypes.Of<T>().Name()}, got {DType.Name()}.");
        var array = new T[Length];
        ref byte source = ref MemoryMarshal.GetReference(Bytes);
        ref byte target = ref Unsafe.As<T, byte>(ref MemoryMarshal.GetArrayDataReference(array));
        Unsafe.CopyBlockUnaligned(ref target, ref source, (uint)Bytes.Length);
        return array;
    }

    /// <summary>A copy as .NET's tensor of the same shape.</summary>
    /// <exception cref="InvalidOperationException">The dtype is not that of <typeparamref name="T"/>.</exception>
    public Tensor<T> ToTensor<T>() => Tensor.Create(ToArray<T>(), [.. Shape.Span.ToArray().Select(d => (nint)d)]);

    /// <summary>A value that holds a copy of these elements.</summary>
    /// <param name="elements">The elements in row-major order.</param>
    /// <param name="shape">The shape, fully known.</param>
    /// <exception cref="ArgumentException">The number of elements is not that of <paramref name="shape"/>.</exception>
    public static Value From<T>(ReadOnlySpan<T> elements, in Shape shape) where T : unmanaged
    {
        if (shape.ElementCount != elements.Length)
            throw new ArgumentException(
                $"Expected {shape.ElementCount} elements for shape {shape}, got {elements.Length}.", nameof(elements));
        Value value = Allocate(DTypes.Of<T>(), shape);
        elements.CopyTo(value.Elements<T>());
        return value;
    }

    /// <summary>A value that holds a copy of .NET's tensor.</summary>
    public static Value From<T>(Tensor<T> tensor) where T : unmanaged
    {
        var dimensions = new int[tensor.Rank];
        for (int i = 0; i < dimensions.Length; i++) dimensions[i] = checked((int)tensor.Lengths[i]);
        Value value = Allocate(DTypes.Of<T>(), new Shape(dimensions));
        tensor.FlattenTo(value.Elements<T>());
        return value;
    }

    /// <summary>A value of strings, encoded as UTF-8.</summary>
    /// <exception cref="ArgumentException">The number of elements is not that of <paramref name="shape"/>.</exception>
    public static Value FromStrings(ReadOnlySpan<string> elements, in Shape shape)
    {
        if (shape.ElementCount != elements.Length)
            throw new ArgumentException(
                $"Expected {shape.ElementCount} elements for shape {shape}, got {elements.Length}.", nameof(elements));
        Value value = Allocate(DType.String, shape);
        for (int i = 0; i < elements.Length; i++) value.Strings[i] = Encoding.UTF8.GetBytes(elements[i]);
        return value;
    }

    /// <summary>A new value, not pooled. Numbers are undefined until written; strings are null.</summary>
    internal static Value Allocate(DType dtype, in Shape shape)
    {
        long count = shape.ElementCount;
        if (dtype.Size() > 0) return new Value(dtype, shape, Storage.Allocate(ByteLength(dtype, count)));
        return new Value(dtype, shape, Storage.ForObjects(dtype == DType.String ? new byte[checked((int)count)][] : null));
    }

    /// <summary>A scalar of dtype resource that points to state in a session.</summary>
    internal static Value ForHandle(object handle) => new(DType.Resource, Shape.Scalar, Storage.ForObjects(handle));

    /// <summary>A value over the same memory under another shape; not pooled.</summary>
    internal Value WithShape(in Shape shape) => new(DType, shape, Storage);

    internal static int ByteLength(DType dtype, long count)
    {
        long bytes = checked(count * dtype.Size());
        if (bytes > MaxBytes)
            throw new InvalidOperationException(
                $"A value of {count} {dtype.Name()} elements takes {bytes} bytes; the most is {MaxBytes}.");
        return (int)bytes;
    }

    internal void Reset(DType dtype, in Shape shape, Storage storage)
    {
        DType = dtype;
        _shape = shape;
        Length = checked((int)shape.ElementCount);
        Storage = storage;
        storage.Retain();
        _users = 1;
    }

    /// <summary>Adds a user.</summary>
    internal void Retain(int users = 1) => Interlocked.Add(ref _users, users);

    /// <summary>Removes a user; the last one gives header and memory back to the pool.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0 || _pool is null) return;
        Storage storage = Storage;
        Storage = null!;
        storage.Release();
        _pool.Return(this);
    }

    /// <summary>Whether one user alone holds header and memory, so that he may overwrite them.</summary>
    internal bool IsExclusive => _pool is not null && Volatile.Read(ref _users) == 1 && Storage.Users == 1
        && Storage.Pool is not null;

    /// <summary>Whether nobody but its maker holds the value, so that the maker may write it again.</summary>
    internal bool IsUnshared => Volatile.Read(ref _users) == 1 && Storage.Users == 1;

    /// <summary>Dtype, shape and the first few elements, in invariant culture.</summary>
    public override string ToString()
    {
        const int shown = 8;
        var text = new StringBuilder().Append(DType.Name()).Append(Shape.ToString()).Append(' ');
        if (DType == DType.Resource) return text.Append(Handle).ToString();
        int count = Math.Min(Length, shown);
        for (int i = 0; i < count; i++) text.Append(i == 0 ? "" : ", ").Append(Element(i));
        return text.Append(Length > shown ? ", …" : "").ToString();
    }

    /// <summary>Element <paramref name="index"/> as text in invariant culture.</summary>
    internal string Element(int index) => DType switch
    {
        DType.Float32 => Elements<float>()[index].ToString("R", CultureInfo.InvariantCulture),
        DType.Float64 => Elements<double>()[index].ToString("R", CultureInfo.InvariantCulture),
        DType.Float16 => Elements<Half>()[index].ToString(CultureInfo.InvariantCulture),
        DType.BFloat16 => Elements<BFloat16>()[index].ToString(),
        DType.Int32 => Elements<int>()[index].ToString(CultureInfo.InvariantCulture),
        DType.Int64 => Elements<long>()[index].ToString(CultureInfo.InvariantCulture),
        DType.Bool => Elements<bool>()[index] ? "true" : "false",
        DType.UInt8 => Elements<byte>()[index].ToString(CultureInfo.InvariantCulture),
        DType.Int8 => Elements<sbyte>()[index].ToString(CultureInfo.InvariantCulture),
        DType.Int16 => Elements<short>()[index].ToString(CultureInfo.InvariantCulture),
        DType.UInt16 => Elements<ushort>()[index].ToString(CultureInfo.InvariantCulture),
        DType.UInt32 => Elements<uint>()[index].ToString(CultureInfo.InvariantCulture),
        DType.UInt64 => Elements<ulong>()[index].ToString(CultureInfo.InvariantCulture),
        DType.String => Encoding.UTF8.GetString(Strings[index] ?? []),
        _ => "?",
    };
}
