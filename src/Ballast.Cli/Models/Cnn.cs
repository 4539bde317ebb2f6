using Ballast.Cli.Data;
using Ballast.Cli.Runs;
using Ballast.Graphs;
using Ballast.Operations;
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
        x = Layer.Conv2D(x, filters: 16, kernelSize: 5, padding: "SAME", activation: Op.Relu, name: "convolution1");
        x = Layer.MaxPool(x);
        x = Layer.Conv2D(x, filters: 32, kernelSize: 5, padding: "SAME", activation: Op.Relu, name: "convolution2");
        x = Layer.MaxPool(x);
        Output units = Layer.Dense(Layer.Flatten(x), hidden, Op.Relu, name: "hidden");
        return Layer.Dense(units, 10, name: "logits");
    }
}
