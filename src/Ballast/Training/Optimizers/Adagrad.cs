using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Training.Initializers;

namespace Ballast.Training.Optimizers;

/// <summary>Adagrad: <c>a ← a + g²; θ ← θ - g·learningRate / √a</c>, with no ε. Slot <c>accumulator</c>.</summary>
/// <remarks>
/// A NaN or Inf in the gradient makes the variable NaN. In float32 a finite gradient beyond 1.8e19 makes the accumulator
/// infinite, and that element never moves again. Of a gradient of rows, the other rows stay as they are. Source: TF 1.14
/// tf.train.AdagradOptimizer; Duchi, Hazan and Singer 2011.
/// </remarks>
public sealed class Adagrad : Optimizer
{
    private const string Rate = "learning_rate";
    private readonly Operand _learningRate;
    private readonly double _initialAccumulator;

    /// <summary>Sets the numbers.</summary>
    /// <param name="learningRate">The step: a number, or an output that each run computes.</param>
    /// <param name="initialAccumulator">What the accumulator starts from, above 0. Default: 0.1.</param>
    /// <param name="name">The name. Default: <c>Adagrad</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="initialAccumulator"/> is not above 0.</exception>
    public Adagrad(Operand learningRate, double initialAccumulator = 0.1, string name = "Adagrad")
        : base(name)
    {
        if (!(initialAccumulator > 0))
            throw new ArgumentOutOfRangeException(nameof(initialAccumulator), initialAccumulator,
                "Expected an initial accumulator above 0: there is no ε to keep the divisor from 0.");
        (_learningRate, _initialAccumulator) = (learningRate, initialAccumulator);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Operand Value)> Hyperparameters => [(Rate, _learningRate)];

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        foreach (Variable variable in variables)
            CreateSlot(variable, "accumulator", Initial.Constant(_initialAccumulator));
    }

    /// <inheritdoc/>
    protected override Operation ApplyDense(Hyperparameters numbers, Variable variable, Output gradient) =>
        variable.Graph.Add(variable.IsResource ? Cards.ResourceApplyAdagrad : Cards.ApplyAdagrad, null,
            [variable.Handle, Slot(variable, "accumulator").Handle, numbers[Rate, variable.DType], gradient]);

    /// <inheritdoc/>
    protected override Operation ApplySparse(Hyperparameters numbers, Variable variable, Output values, Output indices) =>
        variable.Graph.Add(variable.IsResource ? Cards.ResourceSparseApplyAdagrad : Cards.SparseApplyAdagrad, null,
            [variable.Handle, Slot(variable, "accumulator").Handle, numbers[Rate, variable.DType], values, indices]);
}
