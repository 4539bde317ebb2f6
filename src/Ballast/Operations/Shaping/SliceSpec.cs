using System.Globalization;
using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>
/// A strided slice by NumPy's rules, resolved for one input shape: where it starts in each dimension, how far it steps, how
/// many elements it takes, and the shape that remains when masks have removed and inserted dimensions.
/// </summary>
internal ref struct SliceSpec
{
    private const int NewDimension = -1;
    private readonly int _beginMask;
    private readonly int _endMask;
    private readonly int _ellipsisMask;
    private readonly int _newAxisMask;
    private readonly int _shrinkMask;

    public SliceSpec(Operation operation, Span<int> first, Span<int> steps, Span<int> sizes)
    {
        (_beginMask, _endMask, _ellipsisMask, _newAxisMask, _shrinkMask) = ((int)operation["begin_mask"].Int, (int)operation["end_mask"].Int,
            (int)operation["ellipsis_mask"].Int, (int)operation["new_axis_mask"].Int, (int)operation["shrink_axis_mask"].Int);
        First = first;
        Steps = steps;
        Sizes = sizes;
    }

    /// <summary>The first element in each dimension of the input.</summary>
    public Span<int> First { get; private set; }

    /// <summary>The distance of the elements in each dimension.</summary>
    public Span<int> Steps { get; private set; }

    /// <summary>How many elements are taken in each dimension; -1 where it is unknown.</summary>
    public Span<int> Sizes { get; private set; }

    /// <summary>The shape of the result.</summary>
    public Shape Result { get; private set; }

    /// <summary>Resolves the slice.</summary>
    /// <param name="input">The input's shape, of known rank.</param>
    /// <param name="count">The length of the three vectors.</param>
    /// <param name="begin">The begins; null when not known before the run.</param>
    /// <param name="end">The ends; null when not known before the run.</param>
    /// <param name="strides">The strides; null when not known before the run.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public string? Resolve(in Shape input, int count, Value? begin, Value? end, Value? strides)
    {
        First = First[..input.Rank];
        Steps = Steps[..input.Rank];
        Sizes = Sizes[..input.Rank];
        Span<int> result = stackalloc int[count + input.Rank];
        int remaining = 0, dimension = 0, newBehindEllipsis = 0;
        bool ellipsis = false;
        for (int i = 0; i < count; i++)
        {
            if (Has(_ellipsisMask, i) && ellipsis) return "Multiple ellipses in slice spec not allowed";
            ellipsis |= Has(_ellipsisMask, i);
            if (ellipsis && !Has(_ellipsisMask, i) && Has(_newAxisMask, i)) newBehindEllipsis++;
        }

        for (int i = 0; i < count; i++)
        {
            if (Has(_ellipsisMask, i))
            {
                int next = Math.Min(input.Rank - (count - i) + 1 + newBehindEllipsis, input.Rank);
                while (dimension < next) TakeAll(input, dimension++, result, ref remaining);
            }
            else if (Has(_newAxisMask, i))
            {
                result[remaining++] = NewDimension;
            }
            else if (dimension == input.Rank)
            {
                return string.Create(CultureInfo.InvariantCulture, $"Index out of range using input dim {dimension}; input has only {input.Rank} dims");
            }
            else
            {
                if (Take(input[dimension], i, dimension, begin, end, strides) is { } fault) return fault;
                if (!Has(_shrinkMask, i)) result[remaining++] = dimension;
                dimension++;
            }
        }

        while (dimension < input.Rank) TakeAll(input, dimension++, result, ref remaining);
        if (remaining > Shape.MaxRank)
            return string.Create(CultureInfo.InvariantCulture, $"expected at most {Shape.MaxRank} dimensions to remain, got {remaining}");
        for (int i = 0; i < remaining; i++) result[i] = result[i] == NewDimension ? 1 : Sizes[result[i]];
        Result = new Shape(result[..remaining]);
        return null;
    }

    private static bool Has(int mask, int position) => (mask & (1 << position)) != 0;

    private readonly void TakeAll(in Shape input, int dimension, Span<int> result, ref int remaining)
    {
        (First[dimension], Steps[dimension], Sizes[dimension]) = (0, 1, input[dimension]);
        result[remaining++] = dimension;
    }

    private readonly string? Take(int size, int i, int dimension, Value? begin, Value? end, Value? strides)
    {
        bool shrinks = Has(_shrinkMask, i), fromStart = Has(_beginMask, i), toEnd = Has(_endMask, i);
        long step = strides is null ? 1 : Integers.At(strides, i);
        if (step == 0) return string.Create(CultureInfo.InvariantCulture, $"strides[{i}] must be non-zero");
        if (shrinks && step < 0) return "only stride 1 allowed on non-range indexing.";
        Steps[dimension] = (int)Math.Clamp(step, -int.MaxValue, int.MaxValue);
        First[dimension] = 0;
        Sizes[dimension] = shrinks ? 1 : -1;
        if (size < 0 || strides is null) return null;

        if (shrinks)
        {
            if (begin is null) return null;
            long at = fromStart ? 0 : Integers.At(begin, i);
            long index = at < 0 ? at + size : at;
            if (index < 0 || index >= size)
                return string.Create(CultureInfo.InvariantCulture, $"slice index {at} of dimension {dimension} out of bounds.");
            (First[dimension], Steps[dimension]) = ((int)index, 1);
            return null;
        }

        if ((begin is null && !fromStart) || (end is null && !toEnd)) return null;
        (long low, long high) = step > 0 ? (0L, size) : (-1L, size - 1L);
        long first = fromStart ? (step > 0 ? low : high) : Bound(Integers.At(begin!, i), size, low, high);
        long last = toEnd ? (step > 0 ? high : low) : Bound(Integers.At(end!, i), size, low, high);
        long interval = last - first;
        long taken = interval == 0 || interval < 0 != step < 0 ? 0 : (interval / step) + (interval % step != 0 ? 1 : 0);
        // An empty slice may start behind the last element.
        (First[dimension], Sizes[dimension]) = (taken == 0 ? 0 : (int)first, (int)taken);
        return null;
    }

    private static long Bound(long at, int size, long low, long high) => Math.Clamp(at < 0 ? at + size : at, low, high);
}
