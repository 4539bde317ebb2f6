using Ballast.Graphs;
using Ballast.Training.Optimizers;

namespace Ballast.Cli.Runs;

/// <summary>An optimizer of TensorFlow by its word on the command line.</summary>
/// <param name="Word">The word.</param>
/// <param name="LearningRate">The learning rate when none is given and the model has none for it.</param>
/// <param name="Create">Makes it for a learning rate.</param>
internal sealed record OptimizerChoice(string Word, double LearningRate, Func<Output, Optimizer> Create)
{
    public static IReadOnlyDictionary<string, OptimizerChoice> All { get; } = new OptimizerChoice[]
    {
        new("gradient-descent", 0.1, rate => new GradientDescent(rate)),
        new("momentum", 0.02, rate => new Momentum(rate, 0.9)),
        new("nesterov", 0.02, rate => new Momentum(rate, 0.9, useNesterov: true)),
        new("adam", 0.001, rate => new Adam(rate)),
        new("rmsprop", 0.001, rate => new RMSProp(rate)),
        new("adagrad", 0.02, rate => new Adagrad(rate)),
        new("adadelta", 1, rate => new Adadelta(rate)),
        new("ftrl", 0.1, rate => new Ftrl(rate)),
    }.ToDictionary(o => o.Word);
}
