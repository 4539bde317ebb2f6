using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Training.Layers;

namespace Ballast.Benchmarks.Sessions;

/// <summary>A classifier of 28x28 images: from <c>[batch, 784]</c> to ten logits.</summary>
internal sealed record Network(string Name, Func<Output, Output> Logits)
{
    private static readonly Network[] All = [new("lstm", Lstm), new("mlp", Mlp), new("cnn", Cnn)];

    public static IEnumerable<string> Names => All.Select(network => network.Name);

    public static Network ByName(string name) => All.Single(network => network.Name == name);

    /// <summary>The rows of the image are the time steps; the last output goes through a dense layer.</summary>
    private static Output Lstm(Output images)
    {
        IReadOnlyList<Output> rows = Op.Unstack(Op.Reshape(images, images.Shape[0], 28, 28), axis: 1);
        return Layer.Dense(Rnn.Unrolled(new LstmCell(128), rows).Outputs[^1], 10);
    }

    private static Output Mlp(Output images) =>
        Layer.Dense(Layer.Dense(Layer.Dense(images, 256, Op.Relu), 128, Op.Relu), 10);

    private static Output Cnn(Output images)
    {
        int batch = images.Shape[0];
        Output first = ConvolveAndPool(Op.Reshape(images, batch, 28, 28, 1), 16);
        return Layer.Dense(Layer.Dense(Layer.Flatten(ConvolveAndPool(first, 32)), 128, Op.Relu), 10);
    }

    private static Output ConvolveAndPool(Output x, int filters) =>
        Layer.MaxPool(Layer.Conv2D(x, filters, kernelSize: 5, padding: "SAME", activation: Op.Relu));
}
