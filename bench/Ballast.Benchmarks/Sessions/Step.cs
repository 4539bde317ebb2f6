using Ballast.Clipping;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using Ballast.Training.Optimizers;

namespace Ballast.Benchmarks.Sessions;

/// <summary>One step of training on a batch of noise: forward, backward, clip if asked, Adam; gives the loss.</summary>
internal sealed class Step : IDisposable
{
    private const int Batch = 100;
    private const float ClipNorm = 5;

    private readonly Session _session;
    private readonly Feeds _feeds;
    private readonly Output _loss;
    private readonly Operation _train;

    public Step(Network network, bool clips)
    {
        var graph = new Graph { Seed = 1914 };
        Output images = graph.Placeholder(DType.Float32, [Batch, 784]);
        Output labels = graph.Placeholder(DType.Int32, [Batch]);
        _loss = Op.Mean(Op.SparseSoftmaxCrossEntropyWithLogits(labels, network.Logits(images)));

        var optimizer = new Adam(0.001f);
        IReadOnlyList<(Gradient? Gradient, Variable Variable)> pairs = optimizer.ComputeGradients(_loss);
        if (clips) pairs = [.. Clip.ByGlobalNorm(pairs.Select(p => p.Gradient), ClipNorm).Gradients.Zip(pairs.Select(p => p.Variable))];
        _train = optimizer.ApplyGradients(pairs);

        var random = new Random(Seed: 1914);
        float[] pixels = [.. Enumerable.Range(0, Batch * 784).Select(_ => random.NextSingle())];
        int[] digits = [.. Enumerable.Range(0, Batch).Select(_ => random.Next(10))];
        _feeds = new Feeds { [images] = Value.From<float>(pixels, images.Shape), [labels] = digits };
        _session = new Session(graph);
        _session.Run(graph.GlobalVariablesInitializer());
    }

    public float Run() => _session.Run<float>(_loss, _feeds, [_train]);

    /// <summary>The same, observed.</summary>
    public void Run(RunOptions options, RunMetadata metadata) => _session.Run([_loss], [_train], _feeds, options, metadata);

    public void Dispose() => _session.Dispose();
}
