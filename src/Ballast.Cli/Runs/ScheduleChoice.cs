using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Training.Schedules;

namespace Ballast.Cli.Runs;

/// <summary>How the learning rate goes over the steps of a run.</summary>
/// <param name="Word">Its word on the command line.</param>
/// <param name="Create">Makes the rate of a step from the first rate, the step counter and the number of steps.</param>
internal sealed record ScheduleChoice(string Word, Func<double, Variable, int, Output> Create)
{
    public static IReadOnlyDictionary<string, ScheduleChoice> All { get; } = new ScheduleChoice[]
    {
        new("cosine", (rate, step, steps) => Schedule.CosineDecay(rate, step, steps)),
        new("linear", (rate, step, steps) => Schedule.PolynomialDecay(rate, step, steps, endLearningRate: 0)),
        new("constant", (rate, step, _) => step.Graph.Constant((float)rate, "learning_rate")),
    }.ToDictionary(s => s.Word);

    public static ScheduleChoice Default => All["cosine"];
}
