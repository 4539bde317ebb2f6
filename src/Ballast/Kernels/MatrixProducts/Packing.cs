namespace Ballast.Kernels.MatrixProducts;

/// <summary>Copies a part of a matrix into the order in which the tiles read it, padding with zeros.</summary>
internal static unsafe class Packing
{
    /// <summary>Copies rows of <paramref name="columns"/> elements to rows of <paramref name="width"/>.</summary>
    public static void Copy<T>(T* source, nint stride, int rows, int columns, T* packed, int width) where T : unmanaged
    {
        for (int row = 0; row < rows; row++, source += stride, packed += width)
        {
            new ReadOnlySpan<T>(source, columns).CopyTo(new Span<T>(packed, width));
            if (columns < width) new Span<T>(packed + columns, width - columns).Clear();
        }
    }

    /// <summary>Writes column j of the source as row j, of <paramref name="width"/> elements.</summary>
    public static void Transpose<T>(T* source, nint stride, int rows, int columns, T* packed, int width) where T : unmanaged
    {
        if (rows < width) new Span<T>(packed, checked(width * columns)).Clear();
        int row = 0;
        for (; row + 4 <= rows; row += 4, source += 4 * stride)
        {
            T* target = packed + row;
            for (int column = 0; column < columns; column++, target += width)
            {
                target[0] = source[column];
                target[1] = source[stride + column];
                target[2] = source[(2 * stride) + column];
                target[3] = source[(3 * stride) + column];
            }
        }

        for (; row < rows; row++, source += stride)
        {
            T* target = packed + row;
            for (int column = 0; column < columns; column++, target += width) *target = source[column];
        }
    }
}
