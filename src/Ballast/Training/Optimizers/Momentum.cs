using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Training.Initializers;

namespace Ballast.Training.Optimizers;

/// <summary>
/// Momentum: <c>a ← a·μ + g; θ ← θ - a·learningRate</c>; with Nesterov's look ahead <c>θ ← θ - (g + a·μ)·learningRate</c>.
/// Slot <c>momentum</c>, from 0.
/// </summary>
/// <param name="learningRate">The step: a number, or an output that each run computes. Multiplies where the accumulator is
/// applied, so that changing it does not rescale the past.</param>
/// <param name="momentum">μ, how much of the accumulator is kept: 0 to below 1, usually 0.9.</param>
/// <param name="useNesterov">Whether to look ahead. Default: false.</param>
/// <param name="name">The name. Default: <c>Momentum</c>.</param>
/// <remarks>
/// A NaN in the gradient stays in accumulator and variable for good; Inf does, too. Of a gradient of rows, the other rows keep
/// their accumulator as it is. Source: TF 1.14 tf.train.MomentumOptimizer; Polyak 1964; Nesterov 1983 in the form of
/// Sutskever et al. 2013.
/// </remarks>
public sealed class Momentum(Operand learningRate, Operand momentum, bool useNesterov = false, string name = "Momentum")
    : Optimizer(name)
{
    private const string Rate = "learning_rate";
    private const string Kept = "momentum";

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Operand Value)> Hyperparameters => [(Rate, learningRate), (Kept, momentum)];

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        foreach (Variable variable in variables) CreateSlot(variable, "momentum", Initial.Zeros);
    }

    /// <inheritdoc/>
    protected override Operation ApplyDense(Hyperparameters numbers, Variable variable, Output gradient) =>
        variable.Graph.Add(variable.IsResource ? Cards.ResourceApplyMomentum : Cards.ApplyMomentum, null,
            [
                variable.Handle, Slot(variable, "momentum").Handle, numbers[Rate, variable.DType], gradient,
                numbers[Kept, variable.DType],
            ],
            ("use_nesterov", useNesterov));

    /// <inheritdoc/>
    protected override Operation ApplySparse(Hyperparameters numbers, Variable variable, Output values, Output indices) =>
        variable.Graph.Add(variable.IsResource ? Cards.ResourceSparseApplyMomentum : Cards.SparseApplyMomentum, null,
            [
                variable.Handle, Slot(variable, "momentum").Handle, numbers[Rate, variable.DType], values, indices,
                numbers[Kept, variable.DType],
            ],
            ("use_nesterov", useNesterov));
}
