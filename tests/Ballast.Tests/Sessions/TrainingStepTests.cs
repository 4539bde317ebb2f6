using Ballast.Clipping;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using Ballast.Tests.Kernels;
using Ballast.Training.Layers;
using Ballast.Training.Optimizers;

namespace Ballast.Tests.Sessions;

/// <summary>What a whole step of training promises: the same bits on any number of threads, and no memory after the first steps.</summary>
public sealed class TrainingStepTests
{
    private const int Batch = 48;
    private const int Side = 12;
#if DEBUG
    private const long Boxes = 1024;
#else
    private const long Boxes = 0;
#endif

    public static TheoryData<string> Networks => ["lstm", "mlp", "cnn"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void ThreadCount_ChangesNoBit(string network)
    {
        float[] alone = Train(network, threads: 1);
        Assert.DoesNotContain(alone, float.IsNaN);
        Assert.Equal(alone, Train(network, threads: 2));
        Assert.Equal(alone, Train(network, threads: 5));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void LaterStep_AllocatesNothing(string network)
    {
        using var threads = new ThreadCount(1);
        using var training = new Training(network);

        // Code that is not optimised, or not yet, boxes some numbers: the runtime takes its time, and a debug build never gets there.
        long least = long.MaxValue;
        for (int i = 0; i < 200 && least > Boxes; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            training.Step();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least, 0, Boxes);
    }

    /// <summary>All variables after a few steps.</summary>
    private static float[] Train(string network, int threads)
    {
        using var count = new ThreadCount(threads);
        using var training = new Training(network);
        for (int i = 0; i < 3; i++) training.Step();
        return training.Variables();
    }

    private sealed class Training : IDisposable
    {
        private readonly Graph _graph = new() { Seed = 1914 };
        private readonly Session _session;
        private readonly Operation _train;
        private readonly Feeds _feeds;

        public Training(string network)
        {
            Output images = _graph.Placeholder(DType.Float32, [Batch, Side * Side]);
            Output labels = _graph.Placeholder(DType.Int32, [Batch]);
            Output loss = Op.Mean(Op.SparseSoftmaxCrossEntropyWithLogits(labels, Logits(network, images)));
            var optimizer = new Adam(0.01f);
            IReadOnlyList<(Gradient? Gradient, Variable Variable)> pairs = optimizer.ComputeGradients(loss);
            IReadOnlyList<Gradient?> clipped = Clip.ByGlobalNorm(pairs.Select(p => p.Gradient), 0.1f).Gradients;
            _train = optimizer.ApplyGradients(clipped.Zip(pairs.Select(p => p.Variable)));

            var random = new Random(Seed: 7);
            float[] pixels = [.. Enumerable.Range(0, Batch * Side * Side).Select(_ => random.NextSingle())];
            int[] digits = [.. Enumerable.Range(0, Batch).Select(_ => random.Next(10))];
            _feeds = new Feeds { [images] = Value.From<float>(pixels, images.Shape), [labels] = digits };
            _session = new Session(_graph);
            _session.Run(_graph.GlobalVariablesInitializer());
        }

        public void Step() => _session.Run(_train, _feeds);

        public float[] Variables() => [.. _graph.Variables.SelectMany(v => _session.Run(v.Value).ToArray<float>())];

        public void Dispose() => _session.Dispose();

        private static Output Logits(string network, Output images) => network switch
        {
            "lstm" => Layer.Dense(Rnn.Unrolled(new LstmCell(96),
                Op.Unstack(Op.Reshape(images, Batch, Side, Side), axis: 1)).Outputs[^1], 10),
            "mlp" => Layer.Dense(Op.Dropout(Layer.Dense(images, 200, Op.Relu), keepProbability: 0.7f), 10),
            _ => Layer.Dense(Layer.Flatten(ConvolveAndPool(ConvolveAndPool(Op.Reshape(images, Batch, Side, Side, 1), 16), 32)), 10),
        };

        private static Output ConvolveAndPool(Output x, int filters) =>
            Layer.MaxPool(Layer.Conv2D(x, filters, kernelSize: 5, padding: "SAME", activation: Op.Relu));
    }
}
