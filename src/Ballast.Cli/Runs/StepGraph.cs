using Ballast.Clipping;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;
using Ballast.Training;

namespace Ballast.Cli.Runs;

/// <summary>What follows the loss: gradients, norm, checks, clip, update.</summary>
internal sealed class StepGraph
{
    public StepGraph(Workload workload, TrainSettings settings, int steps)
    {
        Graph graph = workload.Loss.Graph;
        Variable globalStep = graph.GetOrCreateGlobalStep();
        LearningRate = settings.Schedule.Create(settings.LearningRate, globalStep, steps);
        var optimizer = settings.Optimizer.Create(LearningRate);
        Variable[] weights = [.. graph.TrainableVariables];
        IReadOnlyList<(Gradient? Gradient, Variable Variable)> pairs = MasterWeights.Widen([.. optimizer.ComputeGradients(workload.Loss, weights).Select(Dense)]);
        Gradient?[] gradients = [.. pairs.Select(p => p.Gradient)];

        Norm = Clip.GlobalNorm(gradients, "norm");
        Gradient?[] clipped = Clipped(settings.Clip, gradients);
        ClippedNorm = settings.Clip.Kind == ClipKind.None ? Norm : Clip.GlobalNorm(clipped, "clipped_norm");

        // The checks look at loss and norm before the clip, and the update waits for both: a bad step writes nothing.
        Operation lossCheck = Op.CheckNumerics(workload.Loss, "The loss is not finite", "check_loss").Operation;
        Operation normCheck = Op.CheckNumerics(Norm, "The global norm of the gradients is not finite", "check_norm").Operation;
        using (graph.ControlDependencies(lossCheck, normCheck))
            Update = MasterWeights.Apply(optimizer, [.. clipped.Zip(pairs, (gradient, pair) => (gradient, pair.Variable))], weights, globalStep);
        Finite = Op.All(Op.Stack([.. graph.Variables.Where(v => v.DType.IsFloating()).Select(v => Op.All(Op.IsFinite(v)))]), name: "all_finite");

        Gradient?[] Clipped(ClipChoice clip, Gradient?[] gradients) => clip.Kind switch
        {
            ClipKind.None => gradients,
            ClipKind.GlobalNorm => [.. Clip.ByGlobalNorm(gradients, clip.Threshold!.Value, useNorm: Norm).Gradients],
            ClipKind.Norm => Each(gradients, g => Clip.ByNorm(g, clip.Threshold!.Value)),
            ClipKind.AverageNorm => Each(gradients, g => Clip.ByAverageNorm(g, clip.Threshold!.Value)),
            _ => Each(gradients, g => Clip.ByValue(g, -clip.Threshold!.Value, clip.Threshold.Value)),
        };
    }

    /// <summary>The learning rate of the step.</summary>
    public Output LearningRate { get; }

    /// <summary>The global norm before the clip.</summary>
    public Output Norm { get; }

    /// <summary>The global norm after the clip.</summary>
    public Output ClippedNorm { get; }

    /// <summary>Writes all variables, unless a check fails before.</summary>
    public Operation Update { get; }

    /// <summary>Whether every element of every variable, slots included, is finite.</summary>
    public Output Finite { get; }

    /// <summary>An alphabet is a small table: its whole gradient costs less than sorting out which rows were used.</summary>
    private static (Gradient? Gradient, Variable Variable) Dense((Gradient? Gradient, Variable Variable) pair) =>
        pair.Gradient is IndexedSlices slices ? (Op.ToDense(slices), pair.Variable) : pair;

    private static Gradient?[] Each(Gradient?[] gradients, Func<Gradient, Gradient> clip) =>
        [.. gradients.Select(g => g is null ? null : clip(g))];
}
