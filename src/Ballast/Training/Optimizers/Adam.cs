using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;
using Ballast.Training.Initializers;

namespace Ballast.Training.Optimizers;

/// <summary>
/// Adam: <c>m ← m + (g - m)(1 - β₁); v ← v + (g² - v)(1 - β₂); θ ← θ - m·α / (√v + ε)</c> with
/// <c>α = learningRate·√(1 - β₂ᵗ) / (1 - β₁ᵗ)</c>. Slots <c>m</c> and <c>v</c>, from 0; variables <c>beta1_power</c> and
/// <c>beta2_power</c>.
/// </summary>
/// <param name="learningRate">The step: a number, or an output that each run computes.</param>
/// <param name="beta1">β₁, how much of m is kept: 0 to below 1. Default: 0.9.</param>
/// <param name="beta2">β₂, how much of v is kept: 0 to below 1. Default: 0.999.</param>
/// <param name="epsilon">ε, added behind the root and not corrected for bias ("ε hat" of the paper). Default: 1e-8.</param>
/// <param name="name">The name. Default: <c>Adam</c>.</param>
/// <remarks>
/// <para>
/// A NaN or Inf in the gradient makes m, v and the variable NaN for good. In float32 a finite gradient beyond 1.8e19 makes v
/// infinite, which looks harmless for one step and is NaN at the next: clip before.
/// </para>
/// <para>
/// All numbers are cast to the variable's dtype: in float16 the default ε is 0, so that a gradient of 0 at the first step gives
/// NaN; in bfloat16 the default β₂ is 1, and nothing moves.
/// </para>
/// <para>
/// A gradient of rows moves every row, not only its own: m and v decay everywhere. A gradient of zeros, too, still moves
/// the variable.
/// </para>
/// <para>Source: TF 1.14 tf.train.AdamOptimizer; Kingma and Ba 2015, arXiv:1412.6980, in the form before section 2.1.</para>
/// </remarks>
public sealed class Adam(Operand learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8,
    string name = "Adam") : Optimizer(name)
{
    private const string Rate = "learning_rate";
    private readonly Dictionary<Graph, (Variable Beta1, Variable Beta2)> _powers = [];

    /// <summary>Adam with TensorFlow's defaults: learning rate 0.001.</summary>
    public Adam()
        : this(0.001)
    {
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Operand Value)> Hyperparameters =>
        [(Rate, learningRate), ("beta1", beta1), ("beta2", beta2), ("epsilon", epsilon)];

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        Variable first = variables.MinBy(v => v.Name, StringComparer.Ordinal)!;
        if (!_powers.ContainsKey(first.Graph))
            _powers.Add(first.Graph, (CreateScalar(first, "beta1_power", beta1), CreateScalar(first, "beta2_power", beta2)));
        foreach (Variable variable in variables)
        {
            CreateSlot(variable, "m", Initial.Zeros);
            CreateSlot(variable, "v", Initial.Zeros);
        }
    }

    /// <inheritdoc/>
    protected override Operation ApplyDense(Hyperparameters numbers, Variable variable, Output gradient)
    {
        (Output power1, Output power2) = PowersIn(variable);
        DType dtype = variable.DType;
        return variable.Graph.Add(variable.IsResource ? Cards.ResourceApplyAdam : Cards.ApplyAdam, null,
        [
            variable.Handle, Slot(variable, "m").Handle, Slot(variable, "v").Handle, power1, power2,
            numbers[Rate, dtype], numbers["beta1", dtype], numbers["beta2", dtype], numbers["epsilon", dtype], gradient,
        ]);
    }

    /// <inheritdoc/>
    protected override Operation ApplySparse(Hyperparameters numbers, Variable variable, Output values, Output indices)
    {
        (Output power1, Output power2) = PowersIn(variable);
        Output b1 = numbers["beta1", variable.DType], b2 = numbers["beta2", variable.DType];
        Output epsilonHat = numbers["epsilon", variable.DType];
        Output rate = numbers[Rate, variable.DType] * Op.Sqrt(1 - power2) / (1 - power1);

        (Operation decayedM, Output m) = DecayAndAdd(Slot(variable, "m"), b1, indices, values * (1 - b1));
        (Operation decayedV, Output v) = DecayAndAdd(Slot(variable, "v"), b2, indices, values * values * (1 - b2));
        Operation update = variable.AssignSub(rate * m / (Op.Sqrt(v) + epsilonHat));
        return Group(variable.Graph, [update, decayedM, decayedV], "group_deps");
    }

    /// <inheritdoc/>
    protected override Operation Finish(Hyperparameters numbers, IReadOnlyList<Operation> updates, string name)
    {
        (Variable power1, Variable power2) = _powers[numbers.Graph];
        Operation next1, next2;
        using (numbers.Graph.ControlDependencies([.. updates]))
        {
            next1 = power1.Assign(power1.Value * numbers["beta1", DType.Float32]);
            next2 = power2.Assign(power2.Value * numbers["beta2", DType.Float32]);
        }

        return Group(numbers.Graph, [.. updates, next1, next2], name);
    }

    private (Output Beta1, Output Beta2) PowersIn(Variable variable)
    {
        (Variable power1, Variable power2) = _powers[variable.Graph];
        return (Optimizers.Hyperparameters.Cast(power1, variable.DType), Optimizers.Hyperparameters.Cast(power2, variable.DType));
    }

    /// <summary>slot ← slot·β everywhere, then the slices are added to their rows.</summary>
    private static (Operation Done, Output Value) DecayAndAdd(Variable slot, Output beta, Output indices, Output slices)
    {
        Operation decayed = slot.Assign(slot.Value * beta);
        Operation added;
        using (slot.Graph.ControlDependencies(decayed)) added = slot.ScatterAdd(indices, slices);
        using (slot.Graph.ControlDependencies(added)) return (added, slot.Read());
    }
}
