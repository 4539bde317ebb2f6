using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ballast.Kernels.Movement;

/// <summary>
/// Copies elements along a <see cref="StridedWalk"/>: transposes, slices, joins, tiles, pads, broadcasts and reverses are
/// all this copy. No element is computed with, so an element may be a number of any size or a string.
/// </summary>
internal static class StridedCopy
{
    /// <summary>The side of a block in a transposition: both its rows and its columns stay in the first cache.</summary>
    private const int BlockSide = 16;

    /// <summary>The elements of one part of a parallel copy, large enough to pay for waking a thread.</summary>
    private const int PartLength = 32 * 1024;

    /// <summary>Copies from <paramref name="source"/> to <paramref name="destination"/>, which must not overlap where the walk goes.</summary>
    /// <exception cref="ArgumentException">The walk leaves the source or the destination.</exception>
    public static unsafe void Run<T>(ReadOnlySpan<T> source, Span<T> destination, in StridedWalk walk)
    {
        walk.Check(source.Length, destination.Length);
        if (walk.Length == 0) return;
        ref T from = ref MemoryMarshal.GetReference(source);
        ref T to = ref MemoryMarshal.GetReference(destination);
        var units = new Units(walk);
        int perPart = Math.Max(1, PartLength / units.Length);
        int parts = (units.Count + perPart - 1) / perPart;
        if (parts == 1 || RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            units.Copy(ref from, ref to, 0, units.Count);
            return;
        }

        fixed (byte* first = &Unsafe.As<T, byte>(ref from), target = &Unsafe.As<T, byte>(ref to))
            Workers.For(parts, new Parts<T>(first, target, units, perPart));
    }

    private readonly unsafe struct Parts<T>(byte* source, byte* destination, Units units, int perPart) : IParallelBody
    {
        public void Invoke(int part)
        {
            int first = part * perPart;
            units.Copy(ref Unsafe.AsRef<T>(source), ref Unsafe.AsRef<T>(destination), first, Math.Min(perPart, units.Count - first));
        }
    }

    /// <summary>The walk cut into rows, or into bands of a transposition; each unit may be copied on its own.</summary>
    private readonly struct Units
    {
        private readonly StridedWalk _walk;
        private readonly int _bands;

        public Units(in StridedWalk walk)
        {
            _walk = walk;
            int inner = walk.Rank - 1;
            Length = inner < 0 ? 1 : walk.Size(inner);
            int rows = walk.Length / Length;
            int crossing = Crossing(walk);
            if (crossing >= 0)
            {
                int side = walk.Size(crossing);
                _walk.MoveBeforeLast(crossing);
                _bands = (side + BlockSide - 1) / BlockSide;
                rows = rows / side * _bands;
                Length *= Math.Min(side, BlockSide);
            }

            Count = rows;
        }

        public int Count { get; }

        /// <summary>The most elements of one unit.</summary>
        public int Length { get; }

        public void Copy<T>(ref T source, ref T destination, int first, int count)
        {
            if (_bands > 0) CopyBands(ref source, ref destination, first, count);
            else CopyRows(ref source, ref destination, first, count);
        }

        /// <summary>The dimension along which the source is contiguous while the destination is so along the innermost; -1 for none.</summary>
        private static int Crossing(in StridedWalk walk)
        {
            int inner = walk.Rank - 1;
            if (inner < 1 || walk.DestinationStride(inner) != 1 || Math.Abs(walk.SourceStride(inner)) <= 1) return -1;
            for (int i = inner - 1; i >= 0; i--)
                if (walk.SourceStride(i) == 1) return i;
            return -1;
        }

        private void CopyRows<T>(ref T source, ref T destination, int first, int count)
        {
            Span<int> position = stackalloc int[StridedWalk.MaxRank];
            int inner = _walk.Rank - 1;
            int length = inner < 0 ? 1 : _walk.Size(inner);
            nint step = inner < 0 ? 1 : _walk.SourceStride(inner), stride = inner < 0 ? 1 : _walk.DestinationStride(inner);
            (int from, int to) = _walk.Seek(first, inner, position);
            while (true)
            {
                CopyRow(ref Unsafe.Add(ref source, from), step, ref Unsafe.Add(ref destination, to), stride, length);
                if (--count == 0) return;
                _walk.Advance(inner, position, ref from, ref to);
            }
        }

        private static void CopyRow<T>(ref T from, nint step, ref T to, nint stride, int length)
        {
            if (stride == 1 && step == 1)
                MemoryMarshal.CreateReadOnlySpan(ref from, length).CopyTo(MemoryMarshal.CreateSpan(ref to, length));
            else if (stride == 1 && step == 0)
                MemoryMarshal.CreateSpan(ref to, length).Fill(from);
            else
                for (nint i = 0; i < length; i++) Unsafe.Add(ref to, i * stride) = Unsafe.Add(ref from, i * step);
        }

        private void CopyBands<T>(ref T source, ref T destination, int first, int count)
        {
            Span<int> position = stackalloc int[StridedWalk.MaxRank];
            int inner = _walk.Rank - 1, crossing = inner - 1;
            int columns = _walk.Size(inner), rows = _walk.Size(crossing);
            int step = _walk.SourceStride(inner), stride = _walk.DestinationStride(crossing);
            (int matrix, int band) = Math.DivRem(first, _bands);
            (int from, int to) = _walk.Seek(matrix, crossing, position);
            while (true)
            {
                int row = band * BlockSide, end = Math.Min(rows, row + BlockSide);
                for (int column = 0; column < columns; column += BlockSide)
                    Transpose(ref Unsafe.Add(ref source, from + row + ((nint)column * step)), step,
                        ref Unsafe.Add(ref destination, to + ((nint)row * stride) + column), stride,
                        end - row, Math.Min(BlockSide, columns - column));
                if (--count == 0) return;
                if (++band < _bands) continue;
                band = 0;
                _walk.Advance(crossing, position, ref from, ref to);
            }
        }

        private static void Transpose<T>(ref T from, nint step, ref T to, nint stride, int rows, int columns)
        {
            for (nint row = 0; row < rows; row++)
                for (nint column = 0; column < columns; column++)
                    Unsafe.Add(ref to, (row * stride) + column) = Unsafe.Add(ref from, row + (column * step));
        }
    }
}
