using Ballast.Cli.Display;
using Ballast.Cli.Models;
using Ballast.Cli.Runs;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Cli.Data;

/// <summary>Learning to tell digits apart.</summary>
internal sealed class DigitWorkload : Workload
{
    private const int TestBatch = 500;

    private readonly Digits _digits;
    private readonly EpochOrder _order;
    private readonly int _shift;
    private readonly ulong _seed;
    private readonly Output _images;
    private readonly Output _labels;
    private readonly Output[] _figures;
    private readonly Feeds _testFeeds = new();
    private float[] _pixels = [];
    private int[] _classes = [];

    public DigitWorkload(DigitModel model, TrainSettings settings, Digits digits)
    {
        var graph = new Graph { Seed = settings.Seed };
        (_digits, _shift, _seed) = (digits, settings.Shift, (ulong)settings.Seed);
        _order = new EpochOrder(Math.Min(Digits.TrainCount, digits.Count), settings.Batch, settings.Seed);
        _images = graph.Placeholder(DType.Float32, [null, Digits.Side, Digits.Side], "images");
        _labels = graph.Placeholder(DType.Int32, [null], "labels");
        Output logits = model.Logits(settings.DType == DType.Float32 ? _images : Op.Cast(_images, settings.DType), settings.Hidden);
        Output losses = Op.SparseSoftmaxCrossEntropyWithLogits(_labels, logits);
        Loss = Op.Mean(losses, name: "loss");
        Output right = Op.Equal(Op.Cast(Op.ArgMax(logits, 1), DType.Int32), _labels);
        Accuracy = Op.Mean(Op.Cast(right, DType.Float32), name: "accuracy");
        _figures = [Op.Cast(Op.Sum(losses), DType.Float64), Op.Sum(Op.Cast(right, DType.Float64))];
    }

    public override string Data => $"{Format.Count(Math.Min(Digits.TrainCount, _digits.Count))} handwritten digits";

    public override Output Loss { get; }

    public override Output Accuracy { get; }

    public override int StepsPerEpoch => _order.StepsPerEpoch;

    public override void Feed(Feeds feeds, long step)
    {
        // Where images lie depends on seed and step alone, so that a step can be fed again.
        var random = new SplitMix64(_seed ^ (ulong)step << 32);
        Feed(feeds, _order.Of(step), _shift, ref random);
    }

    public override HeldOut Evaluate(Session session)
    {
        int[] test = [.. Enumerable.Range(Digits.TrainCount, Math.Max(0, _digits.Count - Digits.TrainCount))];
        double loss = 0, right = 0;
        var still = new SplitMix64(0);
        foreach (int[] batch in test.Chunk(TestBatch))
        {
            Feed(_testFeeds, batch, 0, ref still);
            Value[] figures = session.Run(_figures, [], _testFeeds);
            loss += figures[0].To<double>();
            right += figures[1].To<double>();
        }

        return new HeldOut(loss / test.Length, right / test.Length);
    }

    private void Feed(Feeds feeds, ReadOnlySpan<int> examples, int shift, ref SplitMix64 random)
    {
        if (_classes.Length != examples.Length)
            (_pixels, _classes) = (new float[examples.Length * Digits.Pixels], new int[examples.Length]);
        for (int i = 0; i < examples.Length; i++)
        {
            _classes[i] = _digits.Label(examples[i]);
            int down = shift == 0 ? 0 : random.Next(2 * shift + 1) - shift, right = shift == 0 ? 0 : random.Next(2 * shift + 1) - shift;
            Place(_digits.Image(examples[i]), _pixels.AsSpan(i * Digits.Pixels, Digits.Pixels), down, right);
        }

        feeds.Add<float>(_images, _pixels, [examples.Length, Digits.Side, Digits.Side]);
        feeds.Add<int>(_labels, _classes, [examples.Length]);
    }

    /// <summary>Writes an image as numbers from 0 to 1, moved down and to the right; background comes in from the edge.</summary>
    internal static void Place(ReadOnlySpan<byte> image, Span<float> pixels, int down, int right)
    {
        pixels.Clear();
        for (int row = Math.Max(0, -down); row < Math.Min(Digits.Side, Digits.Side - down); row++)
            for (int column = Math.Max(0, -right); column < Math.Min(Digits.Side, Digits.Side - right); column++)
                pixels[(row + down) * Digits.Side + column + right] = image[row * Digits.Side + column] / 255f;
    }
}
