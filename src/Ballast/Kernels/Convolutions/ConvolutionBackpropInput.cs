using System.Numerics;
using Ballast.Kernels.MatrixProducts;

namespace Ballast.Kernels.Convolutions;

/// <summary>The gradient for the input: strip by strip, the output's gradient times the filter, scattered back from columns to pixels.</summary>
internal readonly unsafe struct ConvolutionBackpropInput<T>(T* filter, T* dy, T* dx, ConvolutionShape shape, ConvolutionBands bands)
    : IParallelBody where T : unmanaged, INumber<T>
{
    public void Invoke(int part)
    {
        using Scratch loan = Scratch.Borrow(ConvolutionMatrices.BufferLength(shape, bands), out T* buffer);
        if (!shape.IsPointwise) Clear(part);
        int end = (part + 1) * bands.BandsPerStrip;
        for (int band = part * bands.BandsPerStrip; band < end; band++)
        {
            (int firstRow, int rows) = bands[band];
            if (rows == 0) return;
            Multiply(firstRow, rows, buffer);
            if (!shape.IsPointwise) Columns.Scatter(buffer, dx, shape, firstRow, rows);
        }
    }

    private void Multiply(int firstRow, int rows, T* buffer)
    {
        int pixels = rows * shape.Width.Output;
        MatrixView<T> columns = ConvolutionMatrices.ColumnsGradient(dx, buffer, shape, firstRow, rows);
        MatrixView<T> output = ConvolutionMatrices.Output(dy, shape, firstRow);
        if (shape.ChannelsFirst)
            MatrixProduct.Multiply(
                new ProductShape(shape.Taps, pixels, shape.OutChannels),
                new ProductOperands<T>(filter, shape.OutChannels, output.Memory, output.Stride, columns.Memory, columns.Stride),
                accumulate: false);
        else
            MatrixProduct.Multiply(
                new ProductShape(pixels, shape.Taps, shape.OutChannels, TransposeB: true),
                new ProductOperands<T>(output.Memory, output.Stride, filter, shape.OutChannels, columns.Memory, columns.Stride),
                accumulate: false);
    }

    private void Clear(int strip)
    {
        nint imageLength = (nint)shape.InputPixels * shape.InChannels;
        int firstImage = strip * bands.ImagesPerStrip;
        int images = Math.Min(bands.ImagesPerStrip, shape.Batch - firstImage);
        new Span<T>(dx + (firstImage * imageLength), checked((int)(images * imageLength))).Clear();
    }
}
