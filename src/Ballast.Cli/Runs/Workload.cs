using Ballast.Graphs;
using Ballast.Monitoring;
using Ballast.Sessions;

namespace Ballast.Cli.Runs;

/// <summary>A model's graph up to the loss, with the examples that it learns from and is tested on.</summary>
internal abstract class Workload
{
    /// <summary>What it learns from, in a few words: <c>8,000 handwritten digits</c>.</summary>
    public abstract string Data { get; }

    /// <summary>The mean loss of the batch that is fed; a scalar.</summary>
    public abstract Output Loss { get; }

    /// <summary>The share of right answers in the batch that is fed; a float32 scalar.</summary>
    public abstract Output Accuracy { get; }

    /// <summary>How many steps go once through the examples.</summary>
    public abstract int StepsPerEpoch { get; }

    /// <summary>Puts the batch of a step, which counts from 1, into the feeds.</summary>
    public abstract void Feed(Feeds feeds, long step);

    /// <summary>Measures the model on what it has not seen.</summary>
    public abstract HeldOut Evaluate(Session session);

    /// <summary>A text that the model writes; null when it writes none.</summary>
    public virtual string? Write(Session session) => null;
}

/// <summary>How a model did on examples that it has not learnt from.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The share of right answers.</param>
internal readonly record struct HeldOut(double Loss, double Accuracy)
{
    public IEnumerable<Metric> Metrics => [new("heldOutLoss", Loss), new("heldOutAccuracy", Accuracy)];
}
