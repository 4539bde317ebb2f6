using Ballast.Cli.Data;
using Ballast.Cli.Runs;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Training.Initializers;
using Ballast.Training.Layers;

namespace Ballast.Cli.Models;

/// <summary>Two convolutions with pooling, then two dense layers (after LeCun et al. 1998).</summary>
internal sealed class Cnn : DigitModel
{
    public override string Name => "cnn";

    public override string Summary => "two convolutions with pooling, then two dense layers";

    public override ModelDefaults Defaults { get; } = new(128, 64, 10, "adam", 0.002, new ClipChoice(ClipKind.GlobalNorm, 5));

    public override Output Logits(Output images, int hidden)
    {
        Output x = Op.Reshape(images, -1, Digits.Side, Digits.Side, 1);
        x = Convolution(x, 16, "convolution1");
        x = Convolution(x, 32, "convolution2");
        Output units = Layer.Dense(Layer.Flatten(x), hidden, Op.Relu, name: "hidden");
        return Layer.Dense(units, 10, name: "logits");
    }

    /// <summary>Filters of 5 × 5, ReLU, and the largest of each 2 × 2.</summary>
    private static Output Convolution(Output x, int filters, string name)
    {
        using NameScope scope = x.Graph.NameScope(name);
        Variable kernel = x.Graph.Variable([5, 5, x.Shape[3], filters], Initial.GlorotUniform(), "kernel", x.DType);
        Variable bias = x.Graph.Variable([filters], Initial.Zeros, "bias", x.DType);
        Output maps = Op.Relu(Op.BiasAdd(Op.Conv2D(x, kernel, [1, 1, 1, 1], "SAME"), bias));
        return Op.MaxPool(maps, [1, 2, 2, 1], [1, 2, 2, 1], "SAME");
    }
}
