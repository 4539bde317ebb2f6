using Ballast.Cli.Runs;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Training.Layers;

namespace Ballast.Cli.Models;

/// <summary>A gated recurrent unit (Cho et al. 2014) over the rows of an image, from top to bottom.</summary>
internal sealed class Gru : DigitModel
{
    public override string Name => "gru";

    public override string Summary => "GRU that reads an image row by row";

    public override ModelDefaults Defaults { get; } = new(128, 32, 10, "adam", 0.005, new ClipChoice(ClipKind.GlobalNorm, 2));

    public override Output Logits(Output images, int hidden)
    {
        IReadOnlyList<Output> outputs = Rnn.Unrolled(new GruCell(hidden), Op.Unstack(images, axis: 1)).Outputs;
        return Layer.Dense(outputs[^1], 10, name: "logits");
    }
}
