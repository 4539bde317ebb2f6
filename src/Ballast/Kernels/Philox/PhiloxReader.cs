namespace Ballast.Kernels.Philox;

/// <summary>Reads a stream one 32-bit number at a time.</summary>
internal struct PhiloxReader(PhiloxStream stream)
{
    private PhiloxStream _stream = stream;
    private Draw _draw;
    private int _used = 4;

    /// <summary>The next number.</summary>
    public uint Next()
    {
        if (_used == 4)
        {
            _draw = _stream.Current();
            _stream = _stream.Skip(1);
            _used = 0;
        }

        return _draw[_used++];
    }
}
