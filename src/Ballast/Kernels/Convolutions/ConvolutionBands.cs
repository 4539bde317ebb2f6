namespace Ballast.Kernels.Convolutions;

/// <summary>
/// How a convolution is cut: strips of whole images, and in each strip bands of output rows, whose columns fit the cache.
/// The cut follows from the shape alone. Rows are counted through all images.
/// </summary>
internal readonly struct ConvolutionBands
{
    /// <summary>The columns of a band take about 256 KB of float32 ...</summary>
    private const int ElementsPerBand = 1 << 16;

    /// <summary>... but so many pixels at least, for the product to pay for reading the filter.</summary>
    private const int PixelsPerBand = 128;

    /// <summary>A strip takes at least this many multiplications, several times what a hand-over costs.</summary>
    private const long MultiplicationsPerStrip = 1 << 20;

    private readonly int _stripRows;
    private readonly int _allRows;

    private ConvolutionBands(in ConvolutionShape shape, int imagesPerStrip)
    {
        int height = shape.Height.Output;
        ImagesPerStrip = imagesPerStrip;
        _allRows = checked(shape.Batch * height);
        _stripRows = checked(imagesPerStrip * height);
        int rows = Math.Max(ElementsPerBand / shape.Taps, PixelsPerBand) / shape.Width.Output;
        Rows = Math.Clamp(rows, 1, _stripRows);
        Strips = ((shape.Batch - 1) / imagesPerStrip) + 1;
        BandsPerStrip = ((_stripRows - 1) / Rows) + 1;
    }

    /// <summary>The output rows of a band; the last of a strip may have fewer.</summary>
    public int Rows { get; }

    public int ImagesPerStrip { get; }

    public int Strips { get; }

    public int BandsPerStrip { get; }

    public int Count => Strips * BandsPerStrip;

    /// <summary>Bands as large as they can be: over the borders of images where the channels come last.</summary>
    public static ConvolutionBands OfOutput(in ConvolutionShape shape) => new(shape, shape.ChannelsFirst ? 1 : shape.Batch);

    /// <summary>Strips for one thread each, since the bands of an image add to the same pixels of its gradient.</summary>
    public static ConvolutionBands OfInput(in ConvolutionShape shape)
    {
        long multiplications = Math.Max(1, (long)shape.OutputPixels * shape.Taps * shape.OutChannels);
        return new(shape, shape.ChannelsFirst ? 1 : (int)Math.Clamp(MultiplicationsPerStrip / multiplications, 1, shape.Batch));
    }

    /// <summary>The first row of a band and how many it has; none past the last image.</summary>
    public (int First, int Count) this[int band]
    {
        get
        {
            int strip = band / BandsPerStrip;
            int offset = band % BandsPerStrip * Rows;
            int first = (strip * _stripRows) + offset;
            return (first, Math.Max(0, Math.Min(Math.Min(Rows, _stripRows - offset), _allRows - first)));
        }
    }
}
