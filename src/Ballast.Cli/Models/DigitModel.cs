using Ballast.Cli.Data;
using Ballast.Cli.Runs;
using Ballast.Graphs;

namespace Ballast.Cli.Models;

/// <summary>A model that tells which digit an image shows.</summary>
internal abstract class DigitModel : Model
{
    /// <summary>The score of each of the ten digits, larger for likelier.</summary>
    /// <param name="images">Images of shape [batch, 28, 28], 0 for background and 1 for ink, in the model's dtype.</param>
    /// <param name="hidden">Units of a hidden layer.</param>
    /// <returns>Shape [batch, 10].</returns>
    public abstract Output Logits(Output images, int hidden);

    public sealed override Workload Build(TrainSettings settings) => new DigitWorkload(this, settings, Digits.Embedded);
}
