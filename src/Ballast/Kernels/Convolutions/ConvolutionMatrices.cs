using System.Numerics;

namespace Ballast.Kernels.Convolutions;

/// <summary>A matrix inside of a larger array: its first element, and the elements from one row to the next.</summary>
internal readonly unsafe struct MatrixView<T>(T* memory, int stride) where T : unmanaged
{
    public readonly T* Memory = memory;
    public readonly int Stride = stride;
}

/// <summary>Images as the matrices that a product takes: pixels by channels, or channels by pixels where the channels come first.</summary>
internal static unsafe class ConvolutionMatrices
{
    /// <summary>The output, or its gradient, from an output row on.</summary>
    public static MatrixView<T> Output<T>(T* y, in ConvolutionShape shape, int firstRow) where T : unmanaged
    {
        if (!shape.ChannelsFirst) return new(y + ((nint)firstRow * shape.Width.Output * shape.OutChannels), shape.OutChannels);
        (int image, int row) = Math.DivRem(firstRow, shape.Height.Output);
        return new(y + ((nint)image * shape.OutChannels * shape.OutputPixels) + (row * shape.Width.Output), shape.OutputPixels);
    }

    /// <summary>The columns of some output rows: gathered into <paramref name="buffer"/>, or the input itself where it is pointwise.</summary>
    public static MatrixView<T> Columns<T>(T* x, T* buffer, in ConvolutionShape shape, int firstRow, int rows)
        where T : unmanaged, INumber<T>
    {
        if (shape.IsPointwise) return Input(x, shape, firstRow);
        Convolutions.Columns.Gather(x, buffer, shape, firstRow, rows);
        return Buffer(buffer, shape, rows);
    }

    /// <summary>Where the gradient of the columns goes before it is scattered: straight into the input's gradient where it is pointwise.</summary>
    public static MatrixView<T> ColumnsGradient<T>(T* dx, T* buffer, in ConvolutionShape shape, int firstRow, int rows) where T : unmanaged =>
        shape.IsPointwise ? Input(dx, shape, firstRow) : Buffer(buffer, shape, rows);

    /// <summary>How many elements the buffer of a band takes.</summary>
    public static nint BufferLength(in ConvolutionShape shape, in ConvolutionBands bands) =>
        shape.IsPointwise ? 0 : (nint)bands.Rows * shape.Width.Output * shape.Taps;

    private static MatrixView<T> Buffer<T>(T* buffer, in ConvolutionShape shape, int rows) where T : unmanaged =>
        new(buffer, shape.ChannelsFirst ? rows * shape.Width.Output : shape.Taps);

    private static MatrixView<T> Input<T>(T* x, in ConvolutionShape shape, int firstRow) where T : unmanaged
    {
        if (!shape.ChannelsFirst) return new(x + ((nint)firstRow * shape.Width.Input * shape.InChannels), shape.InChannels);
        (int image, int row) = Math.DivRem(firstRow, shape.Height.Input);
        return new(x + ((nint)image * shape.InChannels * shape.InputPixels) + (row * shape.Width.Input), shape.InputPixels);
    }
}
