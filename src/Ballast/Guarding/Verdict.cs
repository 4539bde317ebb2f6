namespace Ballast.Guarding;

/// <summary>What a step was found to be before anything was written.</summary>
public enum Verdict
{
    /// <summary>Loss and gradients are finite.</summary>
    Good,

    /// <summary>The loss is NaN or ±Inf.</summary>
    NonFiniteLoss,

    /// <summary>The loss is finite, and a gradient or the global norm is not.</summary>
    NonFiniteGradient,
}
