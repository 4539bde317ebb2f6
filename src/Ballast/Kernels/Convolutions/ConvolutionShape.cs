using Ballast.Kernels.Windows;

namespace Ballast.Kernels.Convolutions;

/// <summary>
/// The shape of a two-dimensional convolution. The images are [Batch, height, width, channels], or [Batch, channels, height, width]
/// where <see cref="ChannelsFirst"/> is set; the filter is [height, width, InChannels, OutChannels] in either case.
/// </summary>
internal readonly record struct ConvolutionShape(
    int Batch, WindowAxis Height, WindowAxis Width, int InChannels, int OutChannels, bool ChannelsFirst = false)
{
    /// <summary>The elements of the input and of its gradient.</summary>
    public long InputLength => (long)Batch * InputPixels * InChannels;

    /// <summary>The elements of the filter and of its gradient.</summary>
    public long FilterLength => (long)Taps * OutChannels;

    /// <summary>The elements of the output and of its gradient.</summary>
    public long OutputLength => (long)Batch * OutputPixels * OutChannels;

    /// <summary>The pixels of one input image.</summary>
    public int InputPixels => checked(Height.Input * Width.Input);

    /// <summary>The pixels of one output image.</summary>
    public int OutputPixels => checked(Height.Output * Width.Output);

    /// <summary>How many inputs one output sums over.</summary>
    public int Taps => checked(Height.Window * Width.Window * InChannels);

    /// <summary>Whether every output pixel sees just the input pixel in its place, so that the convolution is a matrix product.</summary>
    public bool IsPointwise => Height.IsIdentity && Width.IsIdentity;
}
