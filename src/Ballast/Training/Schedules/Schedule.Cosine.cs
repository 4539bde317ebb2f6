using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Training.Schedules;

/// <content>Schedules along a cosine.</content>
public static partial class Schedule
{
    /// <summary><c>rate · ((1 - α) · ½(1 + cos(π · step / decaySteps)) + α)</c>, which stays at the end.</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="globalStep">The step, a scalar of any number type.</param>
    /// <param name="decaySteps">After how many steps the end is reached; above 0.</param>
    /// <param name="alpha">α, the share of the rate that is left at the end. Default: 0.</param>
    /// <param name="name">The scope; <c>CosineDecay</c> when null.</param>
    /// <remarks>Source: Loshchilov and Hutter 2017, arXiv:1608.03983.</remarks>
    public static Output CosineDecay(Operand learningRate, Output globalStep, Operand decaySteps, double alpha = 0,
        string? name = null)
    {
        using var decay = new Decay(learningRate, globalStep, name ?? "CosineDecay");
        Output period = decay.Number(decaySteps, "decay_steps");
        Output share = (HalfCosine(Op.Minimum(decay.Step, period) / period) * (1 - alpha)) + alpha;
        return Op.Multiply(decay.Rate, share, decay.Result);
    }

    /// <summary>The cosine again and again: each period <paramref name="tMul"/> times as long, from <paramref name="mMul"/> times the rate.</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="globalStep">The step, a scalar of any number type.</param>
    /// <param name="firstDecaySteps">The length of the first period; above 0.</param>
    /// <param name="tMul">The factor on the length, above 0. Default: 2.</param>
    /// <param name="mMul">The factor on the rate. Default: 1.</param>
    /// <param name="alpha">α, the share of the rate that is left at the end of a period. Default: 0.</param>
    /// <param name="name">The scope; <c>SGDRDecay</c> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tMul"/> is not above 0.</exception>
    /// <remarks>Source: Loshchilov and Hutter 2017, arXiv:1608.03983.</remarks>
    public static Output CosineDecayRestarts(Operand learningRate, Output globalStep, Operand firstDecaySteps,
        double tMul = 2, double mMul = 1, double alpha = 0, string? name = null)
    {
        if (!(tMul > 0)) throw new ArgumentOutOfRangeException(nameof(tMul), tMul, "Expected a factor above 0.");
        using var decay = new Decay(learningRate, globalStep, name ?? "SGDRDecay");
        Output completed = decay.Step / decay.Number(firstDecaySteps, "first_decay_steps");
        Output restarts, fraction;
        if (tMul == 1)
        {
            restarts = Op.Floor(completed);
            fraction = completed - restarts;
        }
        else
        {
            restarts = Op.Floor(Op.Log(1 - (completed * (1 - tMul))) / Math.Log(tMul));
            Output length = Op.Pow(decay.Number(tMul, "t_mul"), restarts);
            fraction = (completed - ((1 - length) / (1 - tMul))) / length;
        }

        Output amplitude = Op.Pow(decay.Number(mMul, "m_mul"), restarts);
        Output share = (amplitude * HalfCosine(fraction) * (1 - alpha)) + alpha;
        return Op.Multiply(decay.Rate, share, decay.Result);
    }

    /// <summary><c>rate · ((α + linear) · ½(1 + cos(2π · numPeriods · step / decaySteps)) + β)</c>, where linear falls from 1 to 0.</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="globalStep">The step, a scalar of any number type.</param>
    /// <param name="decaySteps">After how many steps the end is reached; above 0.</param>
    /// <param name="numPeriods">How many periods the cosine has. Default: 0.5.</param>
    /// <param name="alpha">α, added to the line. Default: 0.</param>
    /// <param name="beta">β, added to the share. Default: 0.001.</param>
    /// <param name="name">The scope; <c>LinearCosineDecay</c> when null.</param>
    /// <remarks>Source: Bello et al. 2017, arXiv:1709.07417.</remarks>
    public static Output LinearCosineDecay(Operand learningRate, Output globalStep, Operand decaySteps,
        double numPeriods = 0.5, double alpha = 0, double beta = 0.001, string? name = null)
    {
        using var decay = new Decay(learningRate, globalStep, name ?? "LinearCosineDecay");
        (Output linear, Output cosine) = LineAndCosine(decay, decaySteps, numPeriods);
        return Op.Multiply(decay.Rate, ((linear + alpha) * cosine) + beta, decay.Result);
    }

    /// <summary>As <see cref="LinearCosineDecay"/>, with normal noise on the line whose variance falls with the step.</summary>
    /// <param name="learningRate">The rate at step 0.</param>
    /// <param name="globalStep">The step, a scalar of any number type.</param>
    /// <param name="decaySteps">After how many steps the end is reached; above 0.</param>
    /// <param name="options">The noise and the other numbers; the defaults when null.</param>
    /// <param name="name">The scope; <c>NoisyLinearCosineDecay</c> when null.</param>
    /// <remarks>Source: Bello et al. 2017, arXiv:1709.07417.</remarks>
    public static Output NoisyLinearCosineDecay(Operand learningRate, Output globalStep, Operand decaySteps,
        NoisyDecayOptions? options = null, string? name = null)
    {
        options ??= new NoisyDecayOptions();
        using var decay = new Decay(learningRate, globalStep, name ?? "NoisyLinearCosineDecay");
        (Output linear, Output cosine) = LineAndCosine(decay, decaySteps, options.NumPeriods);
        Output variance = decay.Number(options.InitialVariance, "initial_variance") / Op.Pow(decay.Step + 1, options.VarianceDecay);
        Output noise = decay.Graph.RandomNormal(Shape.Scalar, 0, Op.Sqrt(variance), decay.Rate.DType, options.Seed);
        return Op.Multiply(decay.Rate, ((linear + noise + options.Alpha) * cosine) + options.Beta, decay.Result);
    }

    private static (Output Linear, Output Cosine) LineAndCosine(in Decay decay, Operand decaySteps, double numPeriods)
    {
        Output period = decay.Number(decaySteps, "decay_steps");
        Output step = Op.Minimum(decay.Step, period);
        return ((period - step) / period, HalfCosine(step / period * (2 * numPeriods)));
    }

    /// <summary>½(1 + cos(π·fraction)): from 1 at 0 to 0 at 1.</summary>
    private static Output HalfCosine(Output fraction) => (1 + Op.Cos(fraction * Math.PI)) * 0.5;
}

/// <summary>Settings of <see cref="Schedule.NoisyLinearCosineDecay"/>.</summary>
public sealed class NoisyDecayOptions
{
    /// <summary>Gets the variance of the noise at step 0.</summary>
    /// <value>0 or more. The default is 1.</value>
    public double InitialVariance { get; init; } = 1;

    /// <summary>Gets the power of the step by which the variance is divided.</summary>
    /// <value>The default is 0.55.</value>
    public double VarianceDecay { get; init; } = 0.55;

    /// <summary>Gets how many periods the cosine has.</summary>
    /// <value>The default is 0.5.</value>
    public double NumPeriods { get; init; } = 0.5;

    /// <summary>Gets α, added to the line.</summary>
    /// <value>The default is 0.</value>
    public double Alpha { get; init; }

    /// <summary>Gets β, added to the share.</summary>
    /// <value>The default is 0.001.</value>
    public double Beta { get; init; } = 0.001;

    /// <summary>Gets the noise's own seed.</summary>
    /// <value>The default is null: the graph's seed decides, or else the session's.</value>
    public int? Seed { get; init; }
}
