using Ballast.Cli.Data;
using Ballast.Cli.Runs;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Training.Layers;

namespace Ballast.Cli.Models;

/// <summary>Two dense layers.</summary>
internal sealed class Mlp : DigitModel
{
    public override string Name => "mlp";

    public override string Summary => "two dense layers with ReLU between";

    public override ModelDefaults Defaults { get; } = new(512, 32, 20, "adam", 0.001, new ClipChoice(ClipKind.GlobalNorm, 5));

    public override Output Logits(Output images, int hidden)
    {
        Output pixels = Op.Reshape(images, -1, Digits.Pixels);
        Output units = Layer.Dense(pixels, hidden, Op.Relu, name: "hidden");
        return Layer.Dense(units, 10, name: "logits");
    }
}
