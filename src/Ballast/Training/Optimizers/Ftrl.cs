using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Training.Initializers;

namespace Ballast.Training.Optimizers;

/// <summary>Settings of <see cref="Ftrl"/>.</summary>
public sealed class FtrlOptions
{
    /// <summary>Gets p, by which the learning rate falls with the accumulator.</summary>
    /// <value>0 or less. The default is -0.5; 0 keeps the rate.</value>
    public double LearningRatePower { get; init; } = -0.5;

    /// <summary>Gets what the accumulator starts from.</summary>
    /// <value>0 or more. The default is 0.1.</value>
    public double InitialAccumulator { get; init; } = 0.1;

    /// <summary>Gets the strength of the pull to exactly 0.</summary>
    /// <value>0 or more. The default is 0.</value>
    public double L1 { get; init; }

    /// <summary>Gets the strength of the shrinkage that belongs to the minimised objective.</summary>
    /// <value>0 or more. The default is 0.</value>
    public double L2 { get; init; }

    /// <summary>Gets the strength of the shrinkage that only the gradient feels.</summary>
    /// <value>0 or more. The default is 0.</value>
    public double L2Shrinkage { get; init; }
}

/// <summary>
/// Follow the regularised leader: <c>n' = n + g²; z ← z + g - (n'⁻ᵖ - n⁻ᵖ) / learningRate·θ</c>;
/// <c>θ ← (l1·sign z - z) / (n'⁻ᵖ / learningRate + 2·l2)</c> where |z| &gt; l1, else 0. Slots <c>accum</c> (n) and <c>linear</c> (z).
/// </summary>
/// <remarks>
/// The first step replaces the variable: its initial value enters through z alone. A NaN in the gradient makes both slots NaN for
/// good, while the variable is 0: watch the slots. Source: TF 1.14 tf.train.FtrlOptimizer; McMahan et al. 2013.
/// </remarks>
public sealed class Ftrl : Optimizer
{
    private readonly Operand _learningRate;
    private readonly FtrlOptions _options;

    /// <summary>Sets the numbers.</summary>
    /// <param name="learningRate">The step: a number, or an output that each run computes.</param>
    /// <param name="options">The other numbers; the defaults when null.</param>
    /// <param name="name">The name. Default: <c>Ftrl</c>.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public Ftrl(Operand learningRate, FtrlOptions? options = null, string name = "Ftrl")
        : base(name)
    {
        (_learningRate, _options) = (learningRate, options ?? new FtrlOptions());
        AtLeastZero(_options.InitialAccumulator, nameof(_options.InitialAccumulator));
        AtLeastZero(-_options.LearningRatePower, $"-{nameof(_options.LearningRatePower)}");
        AtLeastZero(_options.L1, nameof(_options.L1));
        AtLeastZero(_options.L2, nameof(_options.L2));
        AtLeastZero(_options.L2Shrinkage, nameof(_options.L2Shrinkage));

        static void AtLeastZero(double value, string what)
        {
            if (!(value >= 0))
                throw new ArgumentException(FormattableString.Invariant($"Expected {what} to be 0 or more, got {value}."), nameof(options));
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Operand Value)> Hyperparameters =>
    [
        ("learning_rate", _learningRate),
        ("l1_regularization_strength", _options.L1),
        ("l2_regularization_strength", _options.L2),
        .. Shrinks ? (ReadOnlySpan<(string, Operand)>)[("l2_shrinkage_regularization_strength", _options.L2Shrinkage)] : [],
        ("learning_rate_power", _options.LearningRatePower),
    ];

    private bool Shrinks => _options.L2Shrinkage > 0;

    /// <inheritdoc/>
    protected override void CreateSlots(IReadOnlyList<Variable> variables)
    {
        foreach (Variable variable in variables)
        {
            CreateSlot(variable, "accum", Initial.Constant(_options.InitialAccumulator));
            CreateSlot(variable, "linear", Initial.Zeros);
        }
    }

    /// <inheritdoc/>
    protected override Operation ApplyDense(Hyperparameters numbers, Variable variable, Output gradient)
    {
        OpCard card = (variable.IsResource, Shrinks) switch
        {
            (false, false) => Cards.ApplyFtrl,
            (false, true) => Cards.ApplyFtrlV2,
            (true, false) => Cards.ResourceApplyFtrl,
            (true, true) => Cards.ResourceApplyFtrlV2,
        };
        return variable.Graph.Add(card, null, [.. States(variable), gradient, .. Numbers(numbers, variable)]);
    }

    /// <inheritdoc/>
    protected override Operation ApplySparse(Hyperparameters numbers, Variable variable, Output values, Output indices)
    {
        OpCard card = (variable.IsResource, Shrinks) switch
        {
            (false, false) => Cards.SparseApplyFtrl,
            (false, true) => Cards.SparseApplyFtrlV2,
            (true, false) => Cards.ResourceSparseApplyFtrl,
            (true, true) => Cards.ResourceSparseApplyFtrlV2,
        };
        return variable.Graph.Add(card, null, [.. States(variable), values, indices, .. Numbers(numbers, variable)]);
    }

    private Output[] States(Variable variable) =>
        [variable.Handle, Slot(variable, "accum").Handle, Slot(variable, "linear").Handle];

    private IEnumerable<Output> Numbers(Hyperparameters numbers, Variable variable) =>
        Hyperparameters.Select(number => numbers[number.Name, variable.DType]);
}
