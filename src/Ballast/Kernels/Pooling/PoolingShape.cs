using Ballast.Kernels.Windows;

namespace Ballast.Kernels.Pooling;

/// <summary>
/// The shape of a two-dimensional pooling of images [Batch, height, width, Channels], or [Batch, Channels, height, width] where
/// <see cref="ChannelsFirst"/> is set.
/// </summary>
internal readonly record struct PoolingShape(int Batch, WindowAxis Height, WindowAxis Width, int Channels, bool ChannelsFirst = false)
{
    /// <summary>The elements of the input and of its gradient.</summary>
    public long InputLength => (long)Batch * Channels * Height.Input * Width.Input;

    /// <summary>The elements of the output and of its gradient.</summary>
    public long OutputLength => (long)Batch * Channels * Height.Output * Width.Output;

    /// <summary>The same pooling with the channels last: planes that come one after the other are images of one channel.</summary>
    public PoolingShape ChannelsLast() =>
        ChannelsFirst ? new(checked(Batch * Channels), Height, Width, Channels: 1) : this;
}
