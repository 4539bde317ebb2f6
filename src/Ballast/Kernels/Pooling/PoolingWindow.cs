namespace Ballast.Kernels.Pooling;

/// <summary>The inputs under one position of the window: offsets from the image's first element, for the first channel.</summary>
internal readonly struct PoolingWindow
{
    private readonly nint _origin;
    private readonly nint _line;
    private readonly nint _tap;

    public PoolingWindow(in PoolingShape shape, int row, int column)
    {
        (int firstLine, int endLine) = shape.Height.Inside(row);
        (int firstTap, int endTap) = shape.Width.Inside(column);
        _tap = (nint)shape.Width.Dilation * shape.Channels;
        _line = (nint)shape.Height.Dilation * shape.Width.Input * shape.Channels;
        _origin = (((nint)shape.Height.Start(row) * shape.Width.Input) + shape.Width.Start(column)) * shape.Channels;
        _origin += (firstLine * _line) + (firstTap * _tap);
        Lines = endLine - firstLine;
        Taps = endTap - firstTap;
    }

    public int Lines { get; }

    public int Taps { get; }

    /// <summary>How many inputs there are; padding does not count.</summary>
    public int Count => Lines * Taps;

    public nint this[int line, int tap] => _origin + (line * _line) + (tap * _tap);
}
