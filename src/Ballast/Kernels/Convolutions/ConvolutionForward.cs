using System.Numerics;
using Ballast.Kernels.MatrixProducts;

namespace Ballast.Kernels.Convolutions;

/// <summary>The output of a convolution: band by band, the columns of x times the filter.</summary>
internal readonly unsafe struct ConvolutionForward<T>(T* x, T* filter, T* y, ConvolutionShape shape, ConvolutionBands bands)
    : IParallelBody where T : unmanaged, INumber<T>
{
    public void Invoke(int part)
    {
        (int firstRow, int rows) = bands[part];
        if (rows == 0) return;
        int pixels = rows * shape.Width.Output;
        using Scratch loan = Scratch.Borrow(ConvolutionMatrices.BufferLength(shape, bands), out T* buffer);
        MatrixView<T> columns = ConvolutionMatrices.Columns(x, buffer, shape, firstRow, rows);
        MatrixView<T> output = ConvolutionMatrices.Output(y, shape, firstRow);
        if (shape.ChannelsFirst)
            MatrixProduct.Multiply(
                new ProductShape(shape.OutChannels, pixels, shape.Taps, TransposeA: true),
                new ProductOperands<T>(filter, shape.OutChannels, columns.Memory, columns.Stride, output.Memory, output.Stride),
                accumulate: false);
        else
            MatrixProduct.Multiply(
                new ProductShape(pixels, shape.OutChannels, shape.Taps),
                new ProductOperands<T>(columns.Memory, columns.Stride, filter, shape.OutChannels, output.Memory, output.Stride),
                accumulate: false);
    }
}
