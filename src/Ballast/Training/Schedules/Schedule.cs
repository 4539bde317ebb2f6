using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Training.Schedules;

/// <summary>Learning rates that change with the step: a step counter in, a scalar out, which an optimizer takes as its rate.</summary>
/// <remarks>
/// Every schedule computes in the dtype of the rate it starts from (float32 for a C# number). In one run with an update, the
/// rate is that of the step before the counter goes up. Source: TF 1.14 tf.train decay functions.
/// </remarks>
/// <example>
/// <code>
/// Variable step = graph.GetOrCreateGlobalStep();
/// Output rate = Schedule.ExponentialDecay(0.1, step, decaySteps: 1000, decayRate: 0.96, staircase: true);
/// Operation train = new GradientDescent(rate).Minimize(loss, step);
/// </code>
/// </example>
public static partial class Schedule
{
    /// <summary><c>rate · decayRate^(step / decaySteps)</c>.</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="globalStep">The step, a scalar of any number type.</param>
    /// <param name="decaySteps">After how many steps the rate has been multiplied by <paramref name="decayRate"/> once; above 0.</param>
    /// <param name="decayRate">The factor.</param>
    /// <param name="staircase">Whether the exponent is rounded down, so that the rate falls at every multiple of <paramref name="decaySteps"/>.</param>
    /// <param name="name">The scope; <c>ExponentialDecay</c> when null.</param>
    public static Output ExponentialDecay(Operand learningRate, Output globalStep, Operand decaySteps, Operand decayRate,
        bool staircase = false, string? name = null)
    {
        using var decay = new Decay(learningRate, globalStep, name ?? "ExponentialDecay");
        Output exponent = Periods(decay, decaySteps, staircase);
        return Op.Multiply(decay.Rate, Op.Pow(decay.Number(decayRate, "decay_rate"), exponent), decay.Result);
    }

    /// <summary><c>rate · e^(-decayRate · step / decaySteps)</c>.</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="globalStep">The step, a scalar of any number type.</param>
    /// <param name="decaySteps">The steps of one period; above 0.</param>
    /// <param name="decayRate">The fall in one period, as a power of e.</param>
    /// <param name="staircase">Whether the periods are rounded down.</param>
    /// <param name="name">The scope; <c>NaturalExpDecay</c> when null.</param>
    public static Output NaturalExpDecay(Operand learningRate, Output globalStep, Operand decaySteps, Operand decayRate,
        bool staircase = false, string? name = null)
    {
        using var decay = new Decay(learningRate, globalStep, name ?? "NaturalExpDecay");
        Output factor = Op.Exp(Op.Negative(decay.Number(decayRate, "decay_rate")));
        return Op.Multiply(decay.Rate, Op.Pow(factor, Periods(decay, decaySteps, staircase)), decay.Result);
    }

    /// <summary><c>rate / (1 + decayRate · step / decaySteps)</c>.</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="globalStep">The step, a scalar of any number type.</param>
    /// <param name="decaySteps">The steps of one period; above 0.</param>
    /// <param name="decayRate">What one period adds to the divisor.</param>
    /// <param name="staircase">Whether the periods are rounded down.</param>
    /// <param name="name">The scope; <c>InverseTimeDecay</c> when null.</param>
    public static Output InverseTimeDecay(Operand learningRate, Output globalStep, Operand decaySteps, Operand decayRate,
        bool staircase = false, string? name = null)
    {
        using var decay = new Decay(learningRate, globalStep, name ?? "InverseTimeDecay");
        Output periods = Periods(decay, decaySteps, staircase);
        return Op.Divide(decay.Rate, 1 + (decay.Number(decayRate, "decay_rate") * periods), decay.Result);
    }

    /// <summary><c>(rate - end) · (1 - step / decaySteps)^power + end</c>, which stays at the end or starts again.</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="globalStep">The step, a scalar of any number type.</param>
    /// <param name="decaySteps">After how many steps the end is reached; above 0.</param>
    /// <param name="endLearningRate">The rate at the end. Default: 0.0001.</param>
    /// <param name="power">The power. Default: 1, a straight line.</param>
    /// <param name="cycle">Whether, past the end, the period is stretched to the next multiple of <paramref name="decaySteps"/>.</param>
    /// <param name="name">The scope; <c>PolynomialDecay</c> when null.</param>
    public static Output PolynomialDecay(Operand learningRate, Output globalStep, Operand decaySteps,
        double endLearningRate = 0.0001, double power = 1, bool cycle = false, string? name = null)
    {
        using var decay = new Decay(learningRate, globalStep, name ?? "PolynomialDecay");
        Output period = decay.Number(decaySteps, "decay_steps"), step = decay.Step;
        Output end = decay.Number(endLearningRate, "end_learning_rate");
        if (cycle) period *= Op.Select(Op.Equal(step, 0), decay.Number(1, "one"), Op.Ceil(step / period));
        else step = Op.Minimum(step, period);
        Output left = Op.Pow(1 - (step / period), power);
        return Op.Add((decay.Rate - end) * left, end, decay.Result);
    }

    /// <summary>A rate for each stretch of steps: <c>values[0]</c> up to and with <c>boundaries[0]</c>, then <c>values[1]</c>, …</summary>
    /// <param name="globalStep">The step, a scalar of any number type.</param>
    /// <param name="boundaries">The last step of each stretch but the last, ascending.</param>
    /// <param name="values">The rates, one more than boundaries.</param>
    /// <param name="name">The scope; <c>PiecewiseConstant</c> when null.</param>
    /// <exception cref="ArgumentException">The numbers of boundaries and values do not fit, or boundaries do not ascend.</exception>
    /// <exception cref="GraphException">A boundary is a fraction while the step is an integer.</exception>
    public static Output PiecewiseConstant(Output globalStep, IReadOnlyList<double> boundaries, IReadOnlyList<double> values,
        string? name = null)
    {
        if (values.Count != boundaries.Count + 1)
            throw new ArgumentException($"Expected {boundaries.Count + 1} values for {boundaries.Count} boundaries, got {values.Count}.", nameof(values));
        for (int i = 1; i < boundaries.Count; i++)
            if (!(boundaries[i - 1] < boundaries[i]))
                throw new ArgumentException(FormattableString.Invariant(
                    $"Expected boundaries that ascend, got {boundaries[i - 1]} before {boundaries[i]}."), nameof(boundaries));
        Graph graph = globalStep.Graph;
        using NameScope scope = graph.NameScope(name ?? "PiecewiseConstant");
        Output rate = graph.Constant((float)values[^1]);
        for (int i = boundaries.Count - 1; i >= 0; i--)
            rate = Op.Select(Op.LessEqual(globalStep, boundaries[i]), graph.Constant((float)values[i]), rate);
        return Op.Identity(rate, $"{scope.Name}/");
    }

    private static Output Periods(in Decay decay, Operand decaySteps, bool staircase)
    {
        Output periods = decay.Step / decay.Number(decaySteps, "decay_steps");
        return staircase ? Op.Floor(periods) : periods;
    }

    /// <summary>The scope of one schedule, in which everything has the dtype of the rate.</summary>
    private readonly struct Decay : IDisposable
    {
        private readonly NameScope _scope;

        public Decay(Operand learningRate, Output globalStep, string name)
        {
            _scope = globalStep.Graph.NameScope(name);
            Graph = globalStep.Graph;
            Rate = learningRate.In(Graph, DType.Float32, "learning_rate");
            Step = Op.Cast(globalStep, Rate.DType);
        }

        public Graph Graph { get; }

        public Output Rate { get; }

        public Output Step { get; }

        /// <summary>The name of the schedule's last operation: that of the scope.</summary>
        public string Result => $"{_scope.Name}/";

        public Output Number(Operand number, string name)
        {
            Output output = number.In(Graph, Rate.DType, name);
            return output.DType == Rate.DType ? output : Op.Cast(output, Rate.DType);
        }

        public void Dispose() => _scope.Dispose();
    }
}
