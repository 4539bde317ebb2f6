namespace Ballast.Clipping;

/// <summary>What a clip found and did.</summary>
/// <param name="GlobalNorm">The norm before the clip; NaN or +Inf if a gradient was.</param>
/// <param name="Scale">The factor that was applied: 1 when nothing was clipped, NaN when the norm was not finite.</param>
public readonly record struct ClipResult(double GlobalNorm, double Scale)
{
    /// <summary>Whether a finite norm exceeded the clip norm, so that gradients were scaled.</summary>
    public bool Clipped => Scale < 1;

    /// <summary>Whether every gradient was finite. If not, every gradient is NaN now, and the step should be dropped.</summary>
    public bool IsFinite => double.IsFinite(GlobalNorm);
}
