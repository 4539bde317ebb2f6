using System.Text;
using Ballast.Cli.Display;
using Ballast.Cli.Runs;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using Ballast.Training.Initializers;
using Ballast.Training.Layers;

namespace Ballast.Cli.Data;

/// <summary>Learning to guess the next character, and writing with what was learnt.</summary>
internal sealed class TextWorkload : Workload
{
    private readonly TextCorpus _text;
    private readonly TrainSettings _settings;
    private readonly EpochOrder _order;
    private readonly Variable _embedding;
    private readonly LstmCell _cell;
    private readonly Variable _kernel;
    private readonly Variable _bias;
    private readonly Output _characters;
    private readonly Output _next;
    private readonly Output[] _figures;
    private readonly Feeds _testFeeds = new();

    public TextWorkload(TextCorpus text, TrainSettings settings)
    {
        (_text, _settings) = (text, settings);
        var graph = new Graph { Seed = settings.Seed };
        int letters = text.Alphabet.Length, hidden = settings.Hidden, width = Math.Min(64, hidden);
        _order = new EpochOrder((text.HeldOutFrom - 1) / settings.Sequence, settings.Batch, settings.Seed);
        _embedding = graph.Variable([letters, width], Initial.GlorotUniform(), "embedding", settings.DType);
        _cell = new LstmCell(hidden);
        _kernel = graph.Variable([hidden, letters], Initial.GlorotUniform(), "logits/kernel", settings.DType);
        _bias = graph.Variable([letters], Initial.Zeros, "logits/bias", settings.DType);

        _characters = graph.Placeholder(DType.Int32, [null, settings.Sequence], "characters");
        _next = graph.Placeholder(DType.Int32, [null, settings.Sequence], "next");
        IReadOnlyList<Output> inputs = Op.Unstack(Op.Gather(_embedding, _characters), axis: 1);
        IReadOnlyList<Output> outputs = Rnn.Unrolled(_cell, inputs).Outputs;
        Output logits = Logits(Op.Reshape(Op.Stack(outputs, axis: 1), -1, hidden));
        Output answers = Op.Reshape(_next, -1);
        Output losses = Op.SparseSoftmaxCrossEntropyWithLogits(answers, logits);
        Loss = Op.Mean(losses, name: "loss");
        Output right = Op.Equal(Op.Cast(Op.ArgMax(logits, 1), DType.Int32), answers);
        Accuracy = Op.Mean(Op.Cast(right, DType.Float32), name: "accuracy");
        _figures = [Op.Cast(Op.Sum(losses), DType.Float64), Op.Sum(Op.Cast(right, DType.Float64))];
    }

    public override string Data => $"{Format.Count(_text.HeldOutFrom)} characters of {Path.GetFileName(_settings.TextFile)}";

    public override Output Loss { get; }

    public override Output Accuracy { get; }

    public override int StepsPerEpoch => _order.StepsPerEpoch;

    public override void Feed(Feeds feeds, long step)
    {
        int[] starts = [.. _order.Of(step)];
        for (int i = 0; i < starts.Length; i++) starts[i] *= _settings.Sequence;
        Feed(feeds, starts);
    }

    public override HeldOut Evaluate(Session session)
    {
        int windows = (_text.Characters.Length - 1 - _text.HeldOutFrom) / _settings.Sequence;
        double loss = 0, right = 0;
        foreach (int[] batch in Enumerable.Range(0, windows).Chunk(64))
        {
            Feed(_testFeeds, [.. batch.Select(w => _text.HeldOutFrom + w * _settings.Sequence)]);
            Value[] figures = session.Run(_figures, [], _testFeeds);
            loss += figures[0].To<double>();
            right += figures[1].To<double>();
        }

        long guesses = (long)windows * _settings.Sequence;
        return new HeldOut(loss / guesses, right / guesses);
    }

    /// <summary>Draws character after character from what the model thinks likely; begins where the held-out text begins.</summary>
    public override string? Write(Session session)
    {
        Graph graph = Loss.Graph;
        Output character = graph.Placeholder(DType.Int32, [1], "writing/character");
        Output input = Op.Gather(_embedding, character);
        IReadOnlyList<Output> zeros = _cell.ZeroState(input);
        Output[] state = [.. zeros.Select(z => graph.PlaceholderWithDefault(z, name: "writing/state"))];
        (Output h, IReadOnlyList<Output> nextState) = _cell.Step(input, state);
        Output likely = Op.Cast(Op.Softmax(Logits(h)), DType.Float64);

        var feeds = new Feeds();
        var random = new SplitMix64((ulong)_settings.Seed);
        var written = new StringBuilder();
        int last = _text.Characters[_text.HeldOutFrom];
        for (int i = 0; i < _settings.Sample; i++)
        {
            feeds[character] = new[] { last };
            Value[] step = session.Run([likely, .. nextState], [], feeds);
            for (int part = 0; part < state.Length; part++) feeds[state[part]] = step[part + 1];
            last = Draw(step[0].Span<double>(), ref random);
            written.Append(_text.Alphabet[last]);
        }

        return written.ToString();
    }

    private Output Logits(Output h) => Op.BiasAdd(Op.MatMul(h, _kernel), _bias);

    private void Feed(Feeds feeds, int[] starts)
    {
        int length = _settings.Sequence;
        int[] characters = new int[starts.Length * length], next = new int[starts.Length * length];
        for (int i = 0; i < starts.Length; i++)
        {
            Array.Copy(_text.Characters, starts[i], characters, i * length, length);
            Array.Copy(_text.Characters, starts[i] + 1, next, i * length, length);
        }

        feeds.Add<int>(_characters, characters, [starts.Length, length]);
        feeds.Add<int>(_next, next, [starts.Length, length]);
    }

    private static int Draw(ReadOnlySpan<double> likely, ref SplitMix64 random)
    {
        double left = random.NextDouble();
        for (int i = 0; i < likely.Length; i++)
            if ((left -= likely[i]) < 0) return i;
        return likely.Length - 1;
    }
}
