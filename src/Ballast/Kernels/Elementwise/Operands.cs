using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Elementwise;

/// <summary>Where a loop takes the elements of one input from.</summary>
internal interface IOperand<T> where T : unmanaged
{
    Vector<T> Load(nint index);

    /// <summary>The last <paramref name="count"/> elements, and ones behind them: a divisor that harms nobody.</summary>
    Vector<T> LoadTail(nint index, int count);
}

/// <summary>Consecutive elements in memory.</summary>
internal readonly unsafe struct Stream<T>(T* start) : IOperand<T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Load(nint index) => Vector.Load(start + index);

    public Vector<T> LoadTail(nint index, int count)
    {
        Vector<T> lanes = Vector<T>.One;
        new ReadOnlySpan<T>(start + index, count).CopyTo(new Span<T>(&lanes, Vector<T>.Count));
        return lanes;
    }
}

/// <summary>One element, again and again.</summary>
internal readonly struct Repeated<T>(T element) : IOperand<T> where T : unmanaged
{
    private readonly Vector<T> _lanes = new(element);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Load(nint index) => _lanes;

    public Vector<T> LoadTail(nint index, int count) => _lanes;
}
