using Ballast.Cli.Runs;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Training.Layers;

namespace Ballast.Cli.Models;

/// <summary>An LSTM over the rows of an image, from top to bottom; its last output tells the digit.</summary>
internal sealed class Lstm : DigitModel
{
    public override string Name => "lstm";

    public override string Summary => "LSTM that reads an image row by row";

    public override ModelDefaults Defaults { get; } = new(128, 32, 10, "adam", 0.005, new ClipChoice(ClipKind.GlobalNorm, 2));

    public override Output Logits(Output images, int hidden)
    {
        IReadOnlyList<Output> outputs = Rnn.Unrolled(new LstmCell(hidden), Op.Unstack(images, axis: 1)).Outputs;
        return Layer.Dense(outputs[^1], 10, name: "logits");
    }
}
