using System.Numerics;
using Ballast.Kernels.MatrixProducts;

namespace Ballast.Kernels.Convolutions;

/// <summary>
/// The gradient for the filter: the columns of x times the output's gradient. The bands are dealt to a few sums by the shape alone; each sum
/// takes its bands in order, and the sums are added in order, so the result does not depend on the threads.
/// </summary>
internal readonly unsafe struct ConvolutionBackpropFilter<T>(
    T* x, T* dy, T* dFilter, T* partialSums, int sums, ConvolutionShape shape, ConvolutionBands bands)
    : IParallelBody where T : unmanaged, INumber<T>
{
    private const int MaxSums = 16;
    private const long MaxPartialElements = 1 << 20;

    /// <summary>How many sums run side by side: few where the filter is large, and its products can be cut themselves.</summary>
    public static int SumsFor(in ConvolutionShape shape, in ConvolutionBands bands) =>
        (int)Math.Min(bands.Count, Math.Clamp(MaxPartialElements / shape.FilterLength, 1, MaxSums));

    public void Invoke(int part)
    {
        using Scratch loan = Scratch.Borrow(ConvolutionMatrices.BufferLength(shape, bands), out T* buffer);
        T* sum = part == 0 ? dFilter : partialSums + ((part - 1) * (nint)shape.FilterLength);
        int firstBand = (int)((long)bands.Count * part / sums);
        int endBand = (int)((long)bands.Count * (part + 1) / sums);
        for (int band = firstBand; band < endBand; band++)
        {
            (int firstRow, int rows) = bands[band];
            Multiply(firstRow, rows, buffer, sum, accumulate: band > firstBand);
        }
    }

    /// <summary>Adds the partial sums up, in order.</summary>
    public void AddUp()
    {
        for (int part = 1; part < sums; part++)
            Columns.Add(partialSums + ((part - 1) * (nint)shape.FilterLength), dFilter, (int)shape.FilterLength);
    }

    private void Multiply(int firstRow, int rows, T* buffer, T* sum, bool accumulate)
    {
        int pixels = rows * shape.Width.Output;
        MatrixView<T> columns = ConvolutionMatrices.Columns(x, buffer, shape, firstRow, rows);
        MatrixView<T> output = ConvolutionMatrices.Output(dy, shape, firstRow);
        MatrixProduct.Multiply(
            new ProductShape(shape.Taps, shape.OutChannels, pixels, !shape.ChannelsFirst, shape.ChannelsFirst),
            new ProductOperands<T>(columns.Memory, columns.Stride, output.Memory, output.Stride, sum, shape.OutChannels),
            accumulate);
    }
}
