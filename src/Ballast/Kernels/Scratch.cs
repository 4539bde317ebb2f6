using System.Runtime.InteropServices;

namespace Ballast.Kernels;

/// <summary>
/// Memory that a kernel borrows for the length of a call, 64-byte aligned, from a stack of its thread.
/// Once the largest call has run, borrowing allocates nothing.
/// </summary>
/// <remarks>The content is undefined. Loans end in the reverse of their order: <c>using Scratch loan = Scratch.Borrow(…)</c>.</remarks>
internal readonly unsafe ref struct Scratch
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static Stack? _stack;

    private readonly Stack _owner;
    private readonly nint _mark;

    private Scratch(Stack owner, nint mark) => (_owner, _mark) = (owner, mark);

    /// <summary>Borrows room for <paramref name="count"/> elements.</summary>
    /// <exception cref="OutOfMemoryException">The machine has no such memory left.</exception>
    public static Scratch Borrow<T>(nint count, out T* memory) where T : unmanaged
    {
        Stack stack = _stack ??= new Stack();
        nint mark = stack.Mark;
        memory = (T*)stack.Push(checked(count * sizeof(T)));
        return new Scratch(stack, mark);
    }

    /// <summary>Ends the loan.</summary>
    public void Dispose() => _owner.Pop(_mark);

    /// <summary>
    /// The memory behind the loans of one thread. A loan that does not fit gets a block of its own until all loans have ended;
    /// then one block as large as all of them together takes their place.
    /// </summary>
    private sealed class Stack
    {
        private readonly List<nint> _overflow = [];
        private byte* _block;
        private nint _capacity;
        private nint _used;
        private nint _peak;

        ~Stack()
        {
            NativeMemory.AlignedFree(_block);
            foreach (nint block in _overflow) NativeMemory.AlignedFree((void*)block);
        }

        public nint Mark => _used;

        public byte* Push(nint bytes)
        {
            nint start = _used;
            bytes = (bytes + Alignment - 1) & ~(nint)(Alignment - 1);
            _used = checked(start + bytes);
            _peak = Math.Max(_peak, _used);
            if (_used <= _capacity) return _block + start;
            byte* block = Allocate(bytes);
            _overflow.Add((nint)block);
            return block;
        }

        public void Pop(nint mark)
        {
            _used = mark;
            if (mark == 0 && _overflow.Count > 0) Gather();
        }

        private void Gather()
        {
            foreach (nint block in _overflow) NativeMemory.AlignedFree((void*)block);
            _overflow.Clear();
            NativeMemory.AlignedFree(_block);
            _block = null;
            _capacity = 0;
            _block = Allocate(_peak);
            _capacity = _peak;
        }

        private static byte* Allocate(nint bytes) => (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, Alignment), Alignment);
    }
}
