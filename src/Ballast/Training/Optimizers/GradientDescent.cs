using Ballast.Graphs;
using Ballast.Operations;

namespace Ballast.Training.Optimizers;

/// <summary>Gradient descent: <c>θ ← θ - g·learningRate</c>. No slots.</summary>
/// <param name="learningRate">The step: a number, or an output that each run computes.</param>
/// <param name="name">The name. Default: <c>GradientDescent</c>.</param>
/// <remarks>
/// A NaN in the gradient goes into the variable; ±Inf makes it infinite. Rows that occur more than once in a gradient
/// of rows add up. Source: TF 1.14 tf.train.GradientDescentOptimizer.
/// </remarks>
/// <example>
/// <code>
/// Operation train = new GradientDescent(0.1).Minimize(loss);
/// session.Initialize();
/// for (int step = 0; step &lt; 1000; step++) session.Run(train, feeds);
/// </code>
/// </example>
public sealed class GradientDescent(Operand learningRate, string name = "GradientDescent") : Optimizer(name)
{
    private const string Rate = "learning_rate";

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Operand Value)> Hyperparameters => [(Rate, learningRate)];

    /// <inheritdoc/>
    protected override Operation ApplyDense(Hyperparameters numbers, Variable variable, Output gradient) =>
        variable.Graph.Add(variable.IsResource ? Cards.ResourceApplyGradientDescent : Cards.ApplyGradientDescent, null,
            [variable.Handle, numbers[Rate, variable.DType], gradient]);

    /// <inheritdoc/>
    protected override Operation ApplySparse(Hyperparameters numbers, Variable variable, Output values, Output indices) =>
        variable.ScatterSub(indices, values * numbers[Rate, variable.DType]);

    /// <inheritdoc/>
    protected override Operation ApplySparseDuplicates(Hyperparameters numbers, Variable variable, IndexedSlices gradient) =>
        ApplySparse(numbers, variable, gradient.Values, gradient.Indices);
}
