using System.Numerics;

namespace Ballast.Tensors;

/// <summary>
/// Keeps released memory and value headers for the next step, so that a step that ran once allocates nothing more.
/// Safe for several threads.
/// </summary>
/// <remarks>Memory is kept in size classes of a quarter power of two, so at most a fifth of a buffer is unused.</remarks>
internal sealed class BufferPool
{
    private const int SmallestClassBytes = 64;

    private readonly Stack<Storage>[] _storages = [.. Enumerable.Range(0, 128).Select(_ => new Stack<Storage>())];
    private readonly Stack<Value> _headers = new();

    /// <summary>All bytes that this pool has ever taken from the garbage collector.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>A value of this type and shape whose content is undefined; its one user is the caller.</summary>
    public Value Rent(DType dtype, in Shape shape)
    {
        long count = shape.ElementCount;
        Value header = RentHeader();
        if (dtype.Size() == 0)
        {
            header.Reset(dtype, shape, Storage.ForObjects(dtype == DType.String ? new byte[checked((int)count)][] : null));
            return header;
        }

        header.Reset(dtype, shape, RentStorage(Value.ByteLength(dtype, count)));
        return header;
    }

    /// <summary>A second value over the same memory, under another shape of as many elements.</summary>
    public Value Alias(Value value, in Shape shape)
    {
        Value header = RentHeader();
        header.Reset(value.DType, shape, value.Storage);
        return header;
    }

    public void Return(Storage storage)
    {
        Stack<Storage> stack = _storages[ClassOf(storage.Capacity)];
        lock (stack) stack.Push(storage);
    }

    public void Return(Value header)
    {
        lock (_headers) _headers.Push(header);
    }

    private Value RentHeader()
    {
        lock (_headers)
            if (_headers.TryPop(out Value? header)) return header;
        return new Value(this);
    }

    private Storage RentStorage(int bytes)
    {
        int index = ClassOf(bytes);
        Stack<Storage> stack = _storages[index];
        lock (stack)
        {
            if (stack.TryPop(out Storage? storage)) return storage;
            AllocatedBytes += BytesOf(index);
        }

        return Storage.Allocate(BytesOf(index), this);
    }

    /// <summary>Class 4k+j holds up to 64·2ᵏ·(1 + j/4) bytes.</summary>
    internal static int ClassOf(int bytes)
    {
        if (bytes <= SmallestClassBytes) return 0;
        int k = BitOperations.Log2((uint)(bytes - 1) / SmallestClassBytes);
        long unit = (long)SmallestClassBytes << k;
        int j = (int)((bytes - unit + (unit / 4) - 1) / (unit / 4));
        return (4 * k) + j;
    }

    internal static int BytesOf(int index)
    {
        long unit = (long)SmallestClassBytes << (index / 4);
        return (int)Math.Min(unit + (unit / 4 * (index % 4)), Value.MaxBytes);
    }
}
