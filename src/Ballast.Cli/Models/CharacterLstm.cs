using Ballast.Cli.Data;
using Ballast.Cli.Runs;

namespace Ballast.Cli.Models;

/// <summary>An LSTM that guesses the next character of a text from those before (after Karpathy's char-rnn, 2015).</summary>
internal sealed class CharacterLstm : Model
{
    public override string Name => "char";

    public override bool LearnsText => true;

    public override string Summary => "LSTM that reads a text character by character and then writes one";

    public override ModelDefaults Defaults { get; } = new(192, 16, 20, "adam", 0.005, new ClipChoice(ClipKind.GlobalNorm, 2));

    public override Workload Build(TrainSettings settings) => new TextWorkload(TextCorpus.Read(settings.TextFile!, settings.Sequence), settings);
}
