using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Training.Initializers;

namespace Ballast.Training.Optimizers;

/// <summary>
/// RMSProp: <c>ms ← ms + (g² - ms)(1 - ρ); mom ← mom·μ + g·learningRate / √(ms + ε); θ ← θ - mom</c>; centered, it also keeps
/// <c>mg ← mg + (g - mg)(1 - ρ)</c> and takes <c>ms - mg²</c> for ms. Slots <c>rms</c>, from 1, (<c>mg</c>,) <c>momentum</c>, from 0.
/// </summary>
/// <param name="learningRate">The step: a number, or an output that each run computes.</param>
/// <param name="decay">ρ, how much of the mean square is kept: 0 to below 1. Default: 0.9.</param>
/// <param name="momentum">μ, how much of the last move is kept: 0 to below 1. Default: 0.</param>
/// <param name="epsilon">ε, added under the root. Default: 1e-10.</param>
/// <param name="centered">Whether to divide by the variance instead of the mean square. Default: false.</param>
/// <param name="name">The name. Default: <c>RMSProp</c>.</param>
/// <remarks>
/// A NaN or Inf in the gradient makes the slots and the variable NaN for good. Centered, rounding can make the variance
/// negative, whose root is NaN. Source: TF 1.14 tf.train.RMSPropOptimizer; Tieleman and Hinton 2012, lecture 6.5; centered:
/// Graves 2013, arXiv:1308.0850.
/// </remarks>
public sealed class RMSProp(Operand learningRate, double decay = 0.9, double momentum = 0, double epsilon = 1e-10,
    bool centered = false, string name = "RMSProp") : Optimizer(name)
{
    private static readonly string[] Arguments = ["learning_rate", "decay", "momentum", "epsilon"];

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Operand Value)> Hyperparameters =>
        [("learning_rate", learningRate), ("decay", decay), ("momentum", momentum), ("epsilon", epsilon)];

    private string[] Slots => centered ? ["mg", "rms", "momentum"] : ["rms", "momentum"];

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        foreach (Variable variable in variables)
        {
            CreateSlot(variable, "rms", Initial.Ones);
            if (centered) CreateSlot(variable, "mg", Initial.Zeros);
            CreateSlot(variable, "momentum", Initial.Zeros);
        }
    }

    /// <inheritdoc/>
    protected override Operation ApplyDense(Hyperparameters numbers, Variable variable, Output gradient)
    {
        OpCard card = (variable.IsResource, centered) switch
        {
            (false, false) => Cards.ApplyRMSProp,
            (false, true) => Cards.ApplyCenteredRMSProp,
            (true, false) => Cards.ResourceApplyRMSProp,
            (true, true) => Cards.ResourceApplyCenteredRMSProp,
        };
        return variable.Graph.Add(card, null, [.. Inputs(numbers, variable), gradient]);
    }

    /// <inheritdoc/>
    protected override Operation ApplySparse(Hyperparameters numbers, Variable variable, Output values, Output indices)
    {
        OpCard card = (variable.IsResource, centered) switch
        {
            (false, false) => Cards.SparseApplyRMSProp,
            (false, true) => Cards.SparseApplyCenteredRMSProp,
            (true, false) => Cards.ResourceSparseApplyRMSProp,
            (true, true) => Cards.ResourceSparseApplyCenteredRMSProp,
        };
        return variable.Graph.Add(card, null, [.. Inputs(numbers, variable), values, indices]);
    }

    private IEnumerable<Output> Inputs(Hyperparameters numbers, Variable variable) =>
    [
        variable.Handle,
        .. Slots.Select(slot => Slot(variable, slot).Handle),
        .. Arguments.Select(argument => numbers[argument, variable.DType]),
    ];
}
