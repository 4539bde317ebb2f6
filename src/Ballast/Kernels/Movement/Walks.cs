using Ballast.Tensors;

namespace Ballast.Kernels.Movement;

/// <summary>The walks of the operations that only move elements.</summary>
internal static class Walks
{
    /// <summary>From a value to its transpose: dimension i of the result is dimension <c>permutation[i]</c> of the value.</summary>
    public static StridedWalk Transposed(in Shape shape, ReadOnlySpan<int> permutation)
    {
        Span<int> strides = stackalloc int[shape.Rank];
        WriteStrides(shape, strides);
        var walk = new StridedWalk(0, 0);
        int stride = Count(shape);
        foreach (int dimension in permutation)
        {
            stride = Divided(stride, shape[dimension]);
            walk.Add(shape[dimension], strides[dimension], stride);
        }

        return walk;
    }

    /// <summary>From a window of a value to a dense result of the window's shape.</summary>
    /// <param name="whole">The value's shape.</param>
    /// <param name="begin">The first element of the window in each dimension.</param>
    /// <param name="steps">The distance of its elements; negative walks backwards. All 1 when empty.</param>
    /// <param name="window">The number of elements in each dimension.</param>
    public static StridedWalk Window(in Shape whole, ReadOnlySpan<int> begin, ReadOnlySpan<int> steps, in Shape window)
    {
        Span<int> strides = stackalloc int[whole.Rank];
        WriteStrides(whole, strides);
        int start = 0;
        for (int i = 0; i < whole.Rank; i++) start += begin[i] * strides[i];
        var walk = new StridedWalk(start, 0);
        int stride = Count(window);
        for (int i = 0; i < whole.Rank; i++)
        {
            stride = Divided(stride, window[i]);
            walk.Add(window[i], strides[i] * (steps.IsEmpty ? 1 : steps[i]), stride);
        }

        return walk;
    }

    /// <summary>From a value to its copies side by side, <c>multiples[i]</c> of them in dimension i.</summary>
    public static StridedWalk Tiled(in Shape shape, ReadOnlySpan<int> multiples)
    {
        var walk = new StridedWalk(0, 0);
        int from = Count(shape), to = from;
        foreach (int multiple in multiples) to *= multiple;
        for (int i = 0; i < shape.Rank; i++)
        {
            to = Divided(to, multiples[i]);
            walk.Add(multiples[i], 0, to);
            (from, to) = (Divided(from, shape[i]), Divided(to, shape[i]));
            walk.Add(shape[i], from, to);
        }

        return walk;
    }

    /// <summary>From a value to the larger one it broadcasts to.</summary>
    public static StridedWalk Broadcast(in Shape shape, in Shape result)
    {
        var walk = new StridedWalk(0, 0);
        int from = Count(shape), to = Count(result), added = result.Rank - shape.Rank;
        for (int i = 0; i < result.Rank; i++)
        {
            int size = i < added ? 1 : shape[i - added];
            (from, to) = (Divided(from, size), Divided(to, result[i]));
            walk.Add(result[i], size == 1 ? 0 : from, to);
        }

        return walk;
    }

    /// <summary>
    /// Inside a padded value, from the elements next to a border to the border that mirrors them. Borders of earlier dimensions
    /// are whole by then, those of later ones are not there yet.
    /// </summary>
    /// <param name="padded">The whole shape.</param>
    /// <param name="inner">The shape inside of all borders.</param>
    /// <param name="before">The width of the border before each dimension.</param>
    /// <param name="axis">The dimension whose border is filled.</param>
    /// <param name="isBefore">The border before the dimension, or the one behind it.</param>
    /// <param name="reflects">Whether the outermost element stands at the mirror and is not repeated.</param>
    public static StridedWalk Mirrored(in Shape padded, in Shape inner, ReadOnlySpan<int> before, int axis, bool isBefore, bool reflects)
    {
        Span<int> strides = stackalloc int[padded.Rank];
        WriteStrides(padded, strides);
        int start = 0, end = before[axis] + inner[axis];
        for (int i = axis + 1; i < padded.Rank; i++) start += before[i] * strides[i];
        int near = isBefore ? before[axis] + (reflects ? 1 : 0) : end - 1 - (reflects ? 1 : 0), border = isBefore ? before[axis] - 1 : end;
        var walk = new StridedWalk(start + (near * strides[axis]), start + (border * strides[axis]));
        for (int i = 0; i < padded.Rank; i++)
        {
            int width = isBefore ? before[axis] : padded[axis] - end, step = isBefore ? strides[i] : -strides[i];
            if (i == axis) walk.Add(width, step, -step);
            else walk.Add(i < axis ? padded[i] : inner[i], strides[i], strides[i]);
        }

        return walk;
    }

    /// <summary>From blocks at a fixed distance to blocks at another.</summary>
    public static StridedWalk Blocks(int count, int length, (int Start, int Distance) source, (int Start, int Distance) destination)
    {
        var walk = new StridedWalk(source.Start, destination.Start);
        walk.Add(count, source.Distance, destination.Distance);
        walk.Add(length, 1, 1);
        return walk;
    }

    /// <summary>The distances between neighbours in each dimension, in row-major order.</summary>
    public static void WriteStrides(in Shape shape, Span<int> strides)
    {
        int stride = 1;
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }
    }

    private static int Count(in Shape shape) => (int)shape.ElementCount;

    // An empty dimension makes the whole walk empty, whatever its strides.
    private static int Divided(int stride, int size) => size == 0 ? 0 : stride / size;
}
