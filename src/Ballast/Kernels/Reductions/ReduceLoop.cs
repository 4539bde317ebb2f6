using System.Numerics;
using System.Runtime.CompilerServices;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;
using static Ballast.Kernels.Elementwise.UnaryLoop;

namespace Ballast.Kernels.Reductions;

/// <summary>The one loop of all reductions over any set of axes.</summary>
/// <remarks>
/// The work is cut into units of about <see cref="Chunk.PartLength"/> elements by the shape alone, each unit is
/// accumulated in the order that <see cref="Accumulation"/> states, and units are united in turn.
/// </remarks>
internal static unsafe class ReduceLoop
{
    /// <summary>Reduces <paramref name="x"/> over <paramref name="axes"/>; no axes leave every element alone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An axis is not one of the shape.</exception>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not numeric.</exception>
    public static void Run<TOp>(
        TOp op, DType dtype, ReadOnlySpan<byte> x, in Shape shape, ReadOnlySpan<int> axes, Span<byte> y)
        where TOp : struct, IReducer
    {
        var walk = new ReductionWalk(shape, axes);
        switch (dtype)
        {
            case DType.Float32: Run<TOp, float, double>(op, Of<float>(x), walk, Of<float>(y)); break;
            case DType.Float64: Run<TOp, double, double>(op, Of<double>(x), walk, Of<double>(y)); break;
            case DType.Float16: Run<TOp, Half, double>(op, Of<Half>(x), walk, Of<Half>(y)); break;
            case DType.BFloat16: Run<TOp, BFloat16, double>(op, Of<BFloat16>(x), walk, Of<BFloat16>(y)); break;
            case DType.Int32: Run<TOp, int, long>(op, Of<int>(x), walk, Of<int>(y)); break;
            case DType.Int64: Run<TOp, long, long>(op, Of<long>(x), walk, Of<long>(y)); break;
            case DType.Int16: Run<TOp, short, long>(op, Of<short>(x), walk, Of<short>(y)); break;
            case DType.Int8: Run<TOp, sbyte, long>(op, Of<sbyte>(x), walk, Of<sbyte>(y)); break;
            case DType.UInt8 or DType.Bool: Run<TOp, byte, long>(op, x, walk, y); break;
            case DType.UInt16: Run<TOp, ushort, long>(op, Of<ushort>(x), walk, Of<ushort>(y)); break;
            case DType.UInt32: Run<TOp, uint, long>(op, Of<uint>(x), walk, Of<uint>(y)); break;
            case DType.UInt64: Run<TOp, ulong, ulong>(op, Of<ulong>(x), walk, Of<ulong>(y)); break;
            default: throw Unsupported(dtype);
        }
    }

    private static void Run<TOp, T, TSum>(TOp op, ReadOnlySpan<T> x, in ReductionWalk walk, Span<T> y)
        where TOp : struct, IReducer where T : unmanaged where TSum : unmanaged, INumber<TSum>, IMinMaxValue<TSum>
    {
        if (x.Length != walk.Count)
            throw new ArgumentException($"Expected {walk.Count} elements, got {x.Length}.", nameof(x));
        if (walk.Count == 0)
        {
            y.Fill(Empty<TOp, T, TSum>(op));
            return;
        }

        fixed (T* from = x, to = y)
        {
            var body = new Body<TOp, T, TSum>(op, from, to, walk);
            using Scratch loan = Scratch.Borrow(body.Partials, out body.Sums);
            Workers.For(body.Parts, body);
            body.UniteGroups();
        }
    }

    /// <summary>The result over no elements. Integers take the limits of their own type.</summary>
    private static T Empty<TOp, T, TSum>(TOp op)
        where TOp : struct, IReducer where T : unmanaged where TSum : unmanaged, INumber<TSum>, IMinMaxValue<TSum>
    {
        TSum identity = op.Identity<TSum>();
        if (typeof(TSum) == typeof(long) && (identity == TSum.MinValue || identity == TSum.MaxValue))
            identity = TSum.CreateTruncating(identity == TSum.MinValue ? Limits<T>().Low : Limits<T>().High);
        return Accumulation.Round<T, TSum>(op.Finish(identity, 0));
    }

    private static (long Low, long High) Limits<T>() =>
        typeof(T) == typeof(int) ? (int.MinValue, int.MaxValue)
        : typeof(T) == typeof(short) ? (short.MinValue, short.MaxValue)
        : typeof(T) == typeof(sbyte) ? (sbyte.MinValue, sbyte.MaxValue)
        : typeof(T) == typeof(byte) ? (0, byte.MaxValue)
        : typeof(T) == typeof(ushort) ? (0, ushort.MaxValue)
        : typeof(T) == typeof(uint) ? (0, uint.MaxValue)
        : (long.MinValue, long.MaxValue);

    private struct Body<TOp, T, TSum> : IParallelBody
        where TOp : struct, IReducer where T : unmanaged where TSum : unmanaged, INumber<TSum>, IMinMaxValue<TSum>
    {
        private readonly TOp _op;
        private readonly T* _x;
        private readonly T* _y;
        private readonly ReductionWalk _walk;
        private readonly int _pieceLength;
        private readonly int _pieces;
        private readonly int _rowsPerGroup;
        private readonly int _rowGroups;
        private readonly int _unitsPerPart;

        /// <summary>The partial results of outputs that several groups share.</summary>
        public TSum* Sums;

        public Body(TOp op, T* x, T* y, in ReductionWalk walk)
        {
            _op = op;
            _x = x;
            _y = y;
            _walk = walk;

            // A row is cut into pieces: of a part when it is reduced, of a chunk of columns when it is kept.
            _pieceLength = Math.Min(walk.RowLength, walk.RowIsReduced ? Chunk.PartLength : Accumulation.ChunkLength);
            _pieces = ((walk.RowLength - 1) / _pieceLength) + 1;
            _rowsPerGroup = Math.Min(walk.RowsPerOutput, Math.Max(1, Chunk.PartLength / _pieceLength));
            _rowGroups = ((walk.RowsPerOutput - 1) / _rowsPerGroup) + 1;
            _unitsPerPart = Math.Max(1, Chunk.PartLength / (_pieceLength * _rowsPerGroup));
        }

        private readonly int Units => _walk.OutputRows * _pieces * _rowGroups;

        private readonly int GroupsPerOutput => _walk.RowIsReduced ? _pieces * _rowGroups : _rowGroups;

        public readonly int Parts => ((Units - 1) / _unitsPerPart) + 1;

        public readonly int Partials => GroupsPerOutput == 1 ? 0 : _walk.RowIsReduced ? Units : Units * _pieceLength;

        public readonly void Invoke(int part)
        {
            int end = Math.Min((part + 1) * _unitsPerPart, Units);
            for (int unit = part * _unitsPerPart; unit < end; unit++)
                if (_walk.RowIsReduced) ReduceRows(unit);
                else ReduceColumns(unit);
        }

        // Units run over outputs, then groups of rows, then pieces of a row.
        private readonly void ReduceRows(int unit)
        {
            (int group, int piece) = Math.DivRem(unit, _pieces);
            (int output, group) = Math.DivRem(group, _rowGroups);
            int start = piece * _pieceLength;
            int count = Math.Min(_pieceLength, _walk.RowLength - start);
            int end = Math.Min((group + 1) * _rowsPerGroup, _walk.RowsPerOutput);
            TSum sum = _op.Identity<TSum>();
            for (int row = group * _rowsPerGroup; row < end; row++)
                sum = Accumulation.Unite(_op, sum, Accumulation.Row<TOp, T, TSum>(_op, _x + _walk.RowStart(output, row) + start, count));
            if (GroupsPerOutput == 1) Write(output, sum);
            else Sums[unit] = sum;
        }

        // Units run over outputs, then pieces of a row, then groups of rows.
        [SkipLocalsInit]
        private readonly void ReduceColumns(int unit)
        {
            (int piece, int group) = Math.DivRem(unit, _rowGroups);
            (int output, piece) = Math.DivRem(piece, _pieces);
            int start = piece * _pieceLength;
            int count = Math.Min(_pieceLength, _walk.RowLength - start);
            int end = Math.Min((group + 1) * _rowsPerGroup, _walk.RowsPerOutput);
            TSum* wide = stackalloc TSum[Accumulation.ChunkLength];
            TSum* own = stackalloc TSum[Accumulation.ChunkLength];
            TSum* sums = GroupsPerOutput == 1 ? own : Sums + ((long)unit * _pieceLength);
            new Span<TSum>(sums, count).Fill(_op.Identity<TSum>());
            // Rows that follow one another are widened together, as many as fit: narrow ones would each pay for a call.
            int together = count == _walk.RowLength && _walk.RowsFollow ? Accumulation.ChunkLength / count : 1;
            for (int row = group * _rowsPerGroup; row < end; row += together)
            {
                int rows = Math.Min(together, end - row);
                Accumulation.Widen(_x + _walk.RowStart(output, row) + start, wide, rows * count);
                Accumulation.Columns(_op, sums, wide, count, rows);
            }

            if (GroupsPerOutput > 1) return;
            for (int i = 0; i < count; i++) Write((output * _walk.RowLength) + start + i, sums[i]);
        }

        public readonly void UniteGroups()
        {
            int groups = GroupsPerOutput;
            if (groups == 1) return;
            int length = _walk.RowIsReduced ? 1 : _pieceLength;
            int outputs = Units / groups;
            for (int output = 0; output < outputs; output++)
            {
                TSum* sums = Sums + ((long)output * groups * length);
                int piece = _walk.RowIsReduced ? 0 : output % _pieces;
                int count = _walk.RowIsReduced ? 1 : Math.Min(length, _walk.RowLength - (piece * length));
                int first = _walk.RowIsReduced ? output : (output / _pieces * _walk.RowLength) + (piece * length);
                for (int i = 0; i < count; i++)
                {
                    TSum sum = sums[i];
                    for (int group = 1; group < groups; group++)
                        sum = Accumulation.Unite(_op, sum, sums[((long)group * length) + i]);
                    Write(first + i, sum);
                }
            }
        }

        private readonly void Write(int index, TSum sum) =>
            _y[index] = Accumulation.Round<T, TSum>(_op.Finish(sum, _walk.ReducedCount));
    }
}
