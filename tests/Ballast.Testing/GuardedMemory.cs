using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ballast.Testing;

/// <summary>
/// Memory between two pages that may not be touched: a kernel that reads or writes one element too far ends the process here, instead of
/// somewhere in a user's training.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public sealed unsafe partial class GuardedMemory<T> : IDisposable where T : unmanaged
{
    private readonly nuint _page = (nuint)Environment.SystemPageSize;
    private readonly nuint _bytes;
    private readonly byte* _block;
    private readonly T* _first;

    /// <summary>Room for <paramref name="count"/> elements that end at a forbidden page, or begin after one.</summary>
    public GuardedMemory(int count, bool atStart = false)
    {
        nuint size = (nuint)count * (nuint)Unsafe.SizeOf<T>();
        _bytes = (size + _page - 1) / _page * _page;
        _block = (byte*)NativeMemory.AlignedAlloc(_bytes + (2 * _page), _page);
        _first = (T*)(_block + _page + (atStart ? 0 : _bytes - size));
        Length = count;
        Protect(allow: false);
    }

    /// <summary>How many elements there are.</summary>
    public int Length { get; }

    /// <summary>The elements.</summary>
    public Span<T> Span => new(_first, Length);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Protect(allow: true);
        NativeMemory.AlignedFree(_block);
    }

    private void Protect(bool allow)
    {
        Protect(_block, allow);
        Protect(_block + _page + _bytes, allow);
    }

    private void Protect(byte* page, bool allow)
    {
        bool done = OperatingSystem.IsWindows()
            ? GuardedPages.VirtualProtect(page, _page, allow ? 4u : 1u, out _) != 0
            : GuardedPages.MProtect(page, _page, allow ? 3 : 0) == 0;
        if (!done) throw new InvalidOperationException("The pages around the memory could not be protected.");
    }
}

internal static unsafe partial class GuardedPages
{
    [LibraryImport("libc", EntryPoint = "mprotect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial int MProtect(byte* page, nuint length, int protection);

    [LibraryImport("kernel32", EntryPoint = "VirtualProtect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial int VirtualProtect(byte* page, nuint length, uint protection, out uint before);
}
