using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Convolutions;

/// <summary>
/// Between images and columns: the matrix that has, for every output pixel, the inputs that it sums over. Channels last, a pixel is a row of
/// the matrix; channels first, it is a column. Taps are in the order of the filter: height, width, channel.
/// </summary>
internal static unsafe class Columns
{
    /// <summary>Copies the inputs of some output rows to columns; padding becomes 0.</summary>
    public static void Gather<T>(T* x, T* columns, in ConvolutionShape shape, int firstRow, int rows) where T : unmanaged, INumber<T>
    {
        if (shape.ChannelsFirst)
        {
            VisitPlanes(x, columns, shape, firstRow, rows, scatter: false);
            return;
        }

        for (int row = firstRow; row < firstRow + rows; row++) columns = VisitRow(x, columns, shape, row, scatter: false);
    }

    /// <summary>Adds columns of gradients to the inputs that they came from, in the order of rows, pixels and taps.</summary>
    public static void Scatter<T>(T* columns, T* dx, in ConvolutionShape shape, int firstRow, int rows) where T : unmanaged, INumber<T>
    {
        if (shape.ChannelsFirst)
        {
            VisitPlanes(dx, columns, shape, firstRow, rows, scatter: true);
            return;
        }

        for (int row = firstRow; row < firstRow + rows; row++) columns = VisitRow(dx, columns, shape, row, scatter: true);
    }

    /// <summary>All columns of one output row, channels last; returns where the next row's begin.</summary>
    private static T* VisitRow<T>(T* x, T* columns, in ConvolutionShape shape, int row, bool scatter) where T : unmanaged, INumber<T>
    {
        (int image, int outputRow) = Math.DivRem(row, shape.Height.Output);
        nint lineLength = (nint)shape.Width.Input * shape.InChannels;
        x += image * shape.Height.Input * lineLength;
        (int first, int end) = shape.Height.Inside(outputRow);
        int start = shape.Height.Start(outputRow);
        for (int line = 0; line < shape.Height.Window; line++)
        {
            T* source = x + ((start + ((nint)line * shape.Height.Dilation)) * lineLength);
            T* target = columns + ((nint)line * shape.Width.Window * shape.InChannels);
            bool inside = line >= first && line < end;
            if (inside && scatter) ScatterLine(target, source, shape);
            else if (inside) GatherLine(source, target, shape);
            else if (!scatter) ClearLine(target, shape);
        }

        return columns + ((nint)shape.Width.Output * shape.Taps);
    }

    /// <summary>One line of the window at every pixel of an output row.</summary>
    private static void GatherLine<T>(T* line, T* columns, in ConvolutionShape shape) where T : unmanaged
    {
        int channels = shape.InChannels, run = shape.Width.Window * channels, taps = shape.Taps, dilation = shape.Width.Dilation;
        (int firstWhole, int endWhole) = shape.Width.WholeOutputs;
        for (int pixel = 0; pixel < shape.Width.Output; pixel++, columns += taps)
        {
            T* source = line + ((nint)shape.Width.Start(pixel) * channels);
            if (dilation == 1 && pixel >= firstWhole && pixel < endWhole)
            {
                Copy(source, columns, run);
                continue;
            }

            (int first, int end) = shape.Width.Inside(pixel);
            GatherRun(source, columns, first, end, run, channels, dilation);
        }
    }

    private static void ScatterLine<T>(T* columns, T* line, in ConvolutionShape shape) where T : unmanaged, INumber<T>
    {
        int channels = shape.InChannels, run = shape.Width.Window * channels, taps = shape.Taps, dilation = shape.Width.Dilation;
        (int firstWhole, int endWhole) = shape.Width.WholeOutputs;
        for (int pixel = 0; pixel < shape.Width.Output; pixel++, columns += taps)
        {
            T* target = line + ((nint)shape.Width.Start(pixel) * channels);
            if (dilation == 1 && pixel >= firstWhole && pixel < endWhole)
            {
                Add(columns, target, run);
                continue;
            }

            (int first, int end) = shape.Width.Inside(pixel);
            ScatterRun(columns, target, first, end, channels, dilation);
        }
    }

    private static void ClearLine<T>(T* columns, in ConvolutionShape shape) where T : unmanaged
    {
        int run = shape.Width.Window * shape.InChannels;
        for (int pixel = 0; pixel < shape.Width.Output; pixel++, columns += shape.Taps) new Span<T>(columns, run).Clear();
    }

    private static void GatherRun<T>(T* source, T* columns, int first, int end, int run, int channels, int dilation) where T : unmanaged
    {
        int begin = first * channels, stop = end * channels;
        for (int i = 0; i < begin; i++) columns[i] = default;
        if (dilation == 1)
            Copy(source + begin, columns + begin, stop - begin);
        else
            for (int tap = first; tap < end; tap++)
                Copy(source + ((nint)tap * dilation * channels), columns + (tap * channels), channels);
        for (int i = stop; i < run; i++) columns[i] = default;
    }

    private static void ScatterRun<T>(T* columns, T* target, int first, int end, int channels, int dilation)
        where T : unmanaged, INumber<T>
    {
        if (dilation == 1)
            Add(columns + (first * channels), target + (first * channels), (end - first) * channels);
        else
            for (int tap = first; tap < end; tap++)
                Add(columns + (tap * channels), target + ((nint)tap * dilation * channels), channels);
    }

    /// <summary>All columns of some output rows of one image, channels first: a row of columns per tap.</summary>
    private static void VisitPlanes<T>(T* x, T* columns, in ConvolutionShape shape, int firstRow, int rows, bool scatter)
        where T : unmanaged, INumber<T>
    {
        (int image, int row) = Math.DivRem(firstRow, shape.Height.Output);
        x += (nint)image * shape.InChannels * shape.InputPixels;
        int width = shape.Width.Output;
        for (int line = 0; line < shape.Height.Window; line++)
            for (int tap = 0; tap < shape.Width.Window; tap++)
                for (int channel = 0; channel < shape.InChannels; channel++)
                {
                    T* plane = x + ((nint)channel * shape.InputPixels);
                    for (int r = row; r < row + rows; r++, columns += width)
                        VisitLine(plane, columns, shape, (r, line, tap), scatter);
                }
    }

    /// <summary>One tap of one output row of one channel.</summary>
    private static void VisitLine<T>(T* plane, T* columns, in ConvolutionShape shape, (int Row, int Line, int Tap) at, bool scatter)
        where T : unmanaged, INumber<T>
    {
        int width = shape.Width.Output, stride = shape.Width.Stride;
        int y = shape.Height.Start(at.Row) + (at.Line * shape.Height.Dilation);
        bool inside = y >= 0 && y < shape.Height.Input;
        int start = (at.Tap * shape.Width.Dilation) - shape.Width.PadBefore;
        int first = start >= 0 ? 0 : Math.Min(width, (stride - 1 - start) / stride);
        int end = inside ? Math.Clamp((shape.Width.Input - start + stride - 1) / stride, first, width) : first;
        T* line = plane + ((nint)y * shape.Width.Input) + start;
        if (scatter)
        {
            if (stride == 1) Add(columns + first, line + first, end - first);
            else for (int i = first; i < end; i++) line[(nint)i * stride] += columns[i];
            return;
        }

        new Span<T>(columns, first).Clear();
        if (stride == 1) Copy(line + first, columns + first, end - first);
        else for (int i = first; i < end; i++) columns[i] = line[(nint)i * stride];
        new Span<T>(columns + end, width - end).Clear();
    }

    /// <summary>Copies in place of <see cref="Span{T}.CopyTo"/>, whose call costs more than the few elements of a narrow run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<T>(T* source, T* target, int count) where T : unmanaged
    {
        if (count > 16)
            new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(target, count));
        else
            for (int i = 0; i < count; i++) target[i] = source[i];
    }

    /// <summary>target += source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<T>(T* source, T* target, int count) where T : unmanaged, INumber<T>
    {
        int i = 0;
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
            *(Vector<T>*)(target + i) += *(Vector<T>*)(source + i);
        for (; i < count; i++) target[i] += source[i];
    }
}
