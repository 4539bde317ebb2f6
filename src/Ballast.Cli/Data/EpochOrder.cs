namespace Ballast.Cli.Data;

/// <summary>Which examples make up the batch of a step: all once per epoch, in another order each time.</summary>
/// <remarks>The order depends on seed and epoch alone. Examples that fill no whole batch wait for another epoch.</remarks>
internal sealed class EpochOrder
{
    private readonly int[] _order;
    private readonly int _batch;
    private readonly ulong _seed;
    private long _epoch = -1;

    public EpochOrder(int examples, int batch, int seed)
    {
        (_order, _batch, _seed) = (new int[examples], Math.Min(batch, examples), unchecked((ulong)seed));
    }

    public int Batch => _batch;

    public int StepsPerEpoch => _order.Length / _batch;

    /// <summary>The examples of step <paramref name="step"/>, which counts from 1.</summary>
    public ReadOnlySpan<int> Of(long step)
    {
        (long epoch, long within) = Math.DivRem(step - 1, StepsPerEpoch);
        if (epoch != _epoch)
        {
            for (int i = 0; i < _order.Length; i++) _order[i] = i;
            new SplitMix64(_seed * 0x9E3779B97F4A7C15 + (ulong)epoch).Shuffle(_order);
            _epoch = epoch;
        }

        return _order.AsSpan((int)within * _batch, _batch);
    }
}
