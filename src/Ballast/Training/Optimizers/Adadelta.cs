using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Training.Initializers;

namespace Ballast.Training.Optimizers;

/// <summary>
/// Adadelta: <c>a ← a·ρ + g²(1 - ρ); u = √(d + ε) / √(a + ε)·g; θ ← θ - u·learningRate; d ← d·ρ + u²(1 - ρ)</c>.
/// Slots <c>accum</c> and <c>accum_update</c>, from 0.
/// </summary>
/// <param name="learningRate">A factor on the step: a number, or an output that each run computes. The paper has 1, TensorFlow's default
/// is 0.001.</param>
/// <param name="decay">ρ, how much of the mean squares is kept: 0 to below 1. Default: 0.95.</param>
/// <param name="epsilon">ε, added under both roots. Default: 1e-8.</param>
/// <param name="name">The name. Default: <c>Adadelta</c>.</param>
/// <remarks>
/// A NaN or Inf in the gradient makes slots and variable NaN for good. In float32 a finite gradient beyond 1.8e19 makes the
/// first slot infinite, and that element never moves again. Source: TF 1.14 tf.train.AdadeltaOptimizer; Zeiler 2012,
/// arXiv:1212.5701.
/// </remarks>
public sealed class Adadelta(Operand learningRate, double decay = 0.95, double epsilon = 1e-8, string name = "Adadelta")
    : Optimizer(name)
{
    private static readonly string[] Arguments = ["lr", "rho", "epsilon"];

    /// <summary>Adadelta with TensorFlow's defaults: learning rate 0.001.</summary>
    public Adadelta()
        : this(0.001)
    {
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Operand Value)> Hyperparameters =>
        [("lr", learningRate), ("rho", decay), ("epsilon", epsilon)];

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        foreach (Variable variable in variables)
        {
            CreateSlot(variable, "accum", Initial.Zeros);
            CreateSlot(variable, "accum_update", Initial.Zeros);
        }
    }

    /// <inheritdoc/>
    protected override Operation ApplyDense(Hyperparameters numbers, Variable variable, Output gradient) =>
        variable.Graph.Add(variable.IsResource ? Cards.ResourceApplyAdadelta : Cards.ApplyAdadelta, null,
            [.. Inputs(numbers, variable), gradient]);

    /// <inheritdoc/>
    protected override Operation ApplySparse(Hyperparameters numbers, Variable variable, Output values, Output indices) =>
        variable.Graph.Add(variable.IsResource ? Cards.ResourceSparseApplyAdadelta : Cards.SparseApplyAdadelta, null,
            [.. Inputs(numbers, variable), values, indices]);

    private IEnumerable<Output> Inputs(Hyperparameters numbers, Variable variable) =>
    [
        variable.Handle, Slot(variable, "accum").Handle, Slot(variable, "accum_update").Handle,
        .. Arguments.Select(argument => numbers[argument, variable.DType]),
    ];
}
