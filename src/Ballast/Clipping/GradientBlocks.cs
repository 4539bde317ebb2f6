using System.Buffers;
using Ballast.Kernels;
using Ballast.Kernels.Reductions;

namespace Ballast.Clipping;

/// <summary>
/// A list of gradients as one row of blocks, so that one parallel loop runs over all of them, the many small ones as well.
/// Rents its memory; dispose to give it back.
/// </summary>
internal readonly struct GradientBlocks<T> : IDisposable where T : unmanaged
{
    private readonly Memory<T>[] _gradients;
    private readonly int[] _firstBlocks;
    private readonly int _count;
    private readonly int _blocks;

    public GradientBlocks(ReadOnlySpan<Memory<T>> gradients) : this(gradients.Length)
    {
        gradients.CopyTo(_gradients);
        _blocks = Number(_gradients.AsSpan(0, _count), _firstBlocks);
    }

    public GradientBlocks(IReadOnlyList<Memory<T>> gradients) : this(gradients.Count)
    {
        for (int i = 0; i < _count; i++) _gradients[i] = gradients[i];
        _blocks = Number(_gradients.AsSpan(0, _count), _firstBlocks);
    }

    private GradientBlocks(int count)
    {
        _count = count;
        _gradients = ArrayPool<Memory<T>>.Shared.Rent(Math.Max(count, 1));
        _firstBlocks = ArrayPool<int>.Shared.Rent(count + 1);
    }

    public void Dispose()
    {
        ArrayPool<Memory<T>>.Shared.Return(_gradients, clearArray: true);
        ArrayPool<int>.Shared.Return(_firstBlocks);
    }

    /// <summary>The joint norm: blocks are added up in their order, so threads change no bit.</summary>
    public unsafe double GlobalNorm()
    {
        using Scratch loan = Scratch.Borrow(_blocks, out SquareSum* sums);
        Workers.For(_blocks, new SquareBody { Blocks = this, Sums = sums });
        SquareSum total = default;
        for (int i = 0; i < _blocks; i++) total += sums[i];
        return total.Root;
    }

    /// <summary>Multiplies every element by <c>clipNorm / norm</c>.</summary>
    public void Scale(double norm, double clipNorm) =>
        Workers.For(_blocks, new ScaleBody { Blocks = this, Norm = norm, ClipNorm = clipNorm });

    private static int Number(ReadOnlySpan<Memory<T>> gradients, int[] firstBlocks)
    {
        int blocks = 0;
        for (int i = 0; i < gradients.Length; i++)
        {
            firstBlocks[i] = blocks;
            blocks += Norm.Blocks(gradients[i].Length);
        }

        firstBlocks[gradients.Length] = blocks;
        return blocks;
    }

    private Span<T> Block(int block)
    {
        int index = _firstBlocks.AsSpan(0, _count).BinarySearch(block);
        if (index < 0) index = ~index - 1;

        // Empty gradients share their first block with the next one.
        while (_firstBlocks[index + 1] <= block) index++;
        int start = (block - _firstBlocks[index]) * Norm.BlockLength;
        Span<T> gradient = _gradients[index].Span;
        return gradient.Slice(start, Math.Min(Norm.BlockLength, gradient.Length - start));
    }

    private unsafe struct SquareBody : IParallelBody
    {
        public GradientBlocks<T> Blocks;
        public SquareSum* Sums;

        public readonly void Invoke(int part) => Sums[part] = Norm.Block<T>(Blocks.Block(part));
    }

    private struct ScaleBody : IParallelBody
    {
        public GradientBlocks<T> Blocks;
        public double Norm;
        public double ClipNorm;

        // From the end: what the norm read last is still in the cache.
        public readonly void Invoke(int part) => Scaling.Block(Blocks.Block(Blocks._blocks - 1 - part), Norm, ClipNorm);
    }
}
