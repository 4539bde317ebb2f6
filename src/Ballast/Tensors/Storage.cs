using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ballast.Tensors;

/// <summary>
/// The memory behind one or more values: pinned, 64-byte aligned, counted by its users, and given back to a
/// pool when the last one lets go. Strings and handles are kept as objects beside it.
/// </summary>
internal sealed class Storage
{
    private const int Alignment = 64;

    private readonly byte[]? _bytes;
    private readonly int _offset;
    private int _users;

    private Storage(byte[]? bytes, int offset, int capacity, object? objects)
    {
        (_bytes, _offset, Capacity, Objects) = (bytes, offset, capacity, objects);
    }

    /// <summary>The usable bytes.</summary>
    public int Capacity { get; }

    /// <summary>A <c>byte[][]</c> of strings, or the handle of a resource; null for numbers.</summary>
    public object? Objects { get; set; }

    /// <summary>The pool that takes the storage back, or null when the garbage collector does.</summary>
    public BufferPool? Pool { get; init; }

    /// <summary>How many values look at this memory.</summary>
    public int Users => Volatile.Read(ref _users);

    public static unsafe Storage Allocate(int capacity, BufferPool? pool = null)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked(capacity + Alignment), pinned: true);
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(bytes));
        int offset = (int)(-address & (Alignment - 1));
        return new Storage(bytes, offset, capacity, null) { Pool = pool };
    }

    public static Storage ForObjects(object? objects) => new(null, 0, 0, objects);

    public Span<byte> Bytes => _bytes.AsSpan(_offset, Capacity);

    public void Retain() => Interlocked.Increment(ref _users);

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0) Pool?.Return(this);
    }
}
