using Ballast.Kernels.Elementwise;
using Ballast.Kernels.Reductions;
using Ballast.Tensors;

namespace Ballast.Clipping;

/// <summary>Clips gradients in place, over plain memory: no graph is needed.</summary>
/// <remarks>
/// <para>
/// Elements are <see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or <see cref="BFloat16"/>. Norms are exact: squares are
/// accumulated in float64 in an order that only lengths decide, so any finite gradients have the right finite norm, the same bits
/// on every run and any number of threads. Gradients of 1e20 are clipped, where float32 squares would overflow. Only float64 gradients
/// can have a norm that no float64 holds; it counts as infinite.
/// </para>
/// <para>
/// A norm that is at most the clip norm leaves every bit alone; so does a norm of 0. If a norm is not finite, everything that it
/// spans becomes NaN, as in TensorFlow 1.14: no factor repairs Inf, and half-repaired gradients would hide it.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// ClipResult clip = GradientClip.ByGlobalNorm&lt;float&gt;([weights, biases], clipNorm: 5);
/// if (!clip.IsFinite) return; // drop the step
/// </code>
/// </example>
public static class GradientClip
{
    /// <summary>Limits every element to [<paramref name="min"/>, <paramref name="max"/>]; NaN stays NaN, infinities become the bounds.</summary>
    /// <param name="gradient">The gradient, clipped in place.</param>
    /// <param name="min">The lower bound. Rounded to the elements' type.</param>
    /// <param name="max">The upper bound, not below <paramref name="min"/>. Rounded to the elements' type.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is NaN, or <paramref name="min"/> exceeds <paramref name="max"/>.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four element types.</exception>
    public static void ByValue<T>(Span<T> gradient, double min, double max) where T : unmanaged
    {
        if (double.IsNaN(min)) throw new ArgumentOutOfRangeException(nameof(min), min, "The lower bound must be a number.");
        if (double.IsNaN(max) || max < min)
            throw new ArgumentOutOfRangeException(nameof(max), max, $"The upper bound must be a number that is not below {min}.");
        T lower = Rounded<T>(min), upper = Rounded<T>(max);
        TernaryLoop.Run<ClipByValue, T>(default, gradient, new(in lower), new(in upper), gradient);
    }

    /// <summary>Scales one gradient so that its L2 norm is at most <paramref name="clipNorm"/>.</summary>
    /// <param name="gradient">The gradient, clipped in place.</param>
    /// <param name="clipNorm">The largest norm that passes unchanged. Finite and greater than 0.</param>
    /// <returns>The norm before the clip, and the factor.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="clipNorm"/> is not finite and positive.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four element types.</exception>
    public static ClipResult ByNorm<T>(Span<T> gradient, double clipNorm) where T : unmanaged
    {
        RequireClipNorm(clipNorm);
        RequireGradients<T>();
        double norm = Norm.L2<T>(gradient);
        double scale = Scale(norm, clipNorm);
        if (scale != 1) Scaling.Run(gradient, norm, clipNorm);
        return new ClipResult(norm, scale);
    }

    /// <summary>Scales one gradient so that its average norm, the L2 norm divided by the number of elements, is at most <paramref name="clipNorm"/>.</summary>
    /// <param name="gradient">The gradient, clipped in place.</param>
    /// <param name="clipNorm">The largest average norm that passes unchanged. Finite and greater than 0.</param>
    /// <returns>The average norm before the clip (0 of an empty gradient), and the factor.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="clipNorm"/> is not finite and positive.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four element types.</exception>
    public static ClipResult ByAverageNorm<T>(Span<T> gradient, double clipNorm) where T : unmanaged
    {
        RequireClipNorm(clipNorm);
        RequireGradients<T>();
        if (gradient.IsEmpty) return new ClipResult(0, 1);
        double norm = Norm.L2<T>(gradient) / gradient.Length;
        double scale = Scale(norm, clipNorm);
        if (scale != 1) Scaling.Run(gradient, norm, clipNorm);
        return new ClipResult(norm, scale);
    }

    /// <summary>The L2 norm of all gradients together, as if they were one long vector.</summary>
    /// <param name="gradients">The gradients, of any lengths.</param>
    /// <returns>The norm: 0 of no elements; NaN if one is NaN, else +Inf if one is infinite.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four element types.</exception>
    public static double GlobalNorm<T>(params ReadOnlySpan<Memory<T>> gradients) where T : unmanaged
    {
        RequireGradients<T>();
        using var blocks = new GradientBlocks<T>(gradients);
        return blocks.GlobalNorm();
    }

    /// <inheritdoc cref="GlobalNorm{T}(ReadOnlySpan{Memory{T}})"/>
    public static double GlobalNorm<T>(IReadOnlyList<Memory<T>> gradients) where T : unmanaged
    {
        RequireGradients<T>();
        using var blocks = new GradientBlocks<T>(gradients);
        return blocks.GlobalNorm();
    }

    /// <summary>Scales all gradients by one factor so that their joint L2 norm is at most <paramref name="clipNorm"/>.</summary>
    /// <param name="gradients">The gradients, of any lengths; together they are one long vector, clipped in place.</param>
    /// <param name="clipNorm">The largest norm that passes unchanged. Finite and greater than 0.</param>
    /// <param name="givenNorm">
    /// A norm to clip by in place of the gradients' own, such as that of all gradients of which these are a part. Not negative.
    /// Trusted: if it is too small, too little is clipped. Default: the gradients' own norm.
    /// </param>
    /// <returns>The norm before the clip, and the factor.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="clipNorm"/> is not finite and positive, or <paramref name="givenNorm"/> is negative.
    /// </exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four element types.</exception>
    public static ClipResult ByGlobalNorm<T>(ReadOnlySpan<Memory<T>> gradients, double clipNorm, double? givenNorm = null)
        where T : unmanaged
    {
        RequireClipNorm(clipNorm, givenNorm);
        RequireGradients<T>();
        using var blocks = new GradientBlocks<T>(gradients);
        return ByGlobalNorm(blocks, clipNorm, givenNorm);
    }

    /// <inheritdoc cref="ByGlobalNorm{T}(ReadOnlySpan{Memory{T}}, double, double?)"/>
    public static ClipResult ByGlobalNorm<T>(IReadOnlyList<Memory<T>> gradients, double clipNorm, double? givenNorm = null)
        where T : unmanaged
    {
        RequireClipNorm(clipNorm, givenNorm);
        RequireGradients<T>();
        using var blocks = new GradientBlocks<T>(gradients);
        return ByGlobalNorm(blocks, clipNorm, givenNorm);
    }

    /// <summary>Clips to what an adaptive clip found: a clip norm, +Inf for none, or NaN for a norm that is not finite.</summary>
    internal static ClipResult To<T>(ReadOnlySpan<Memory<T>> gradients, double clipNorm, double norm) where T : unmanaged =>
        double.IsPositiveInfinity(clipNorm) ? new ClipResult(norm, 1)
        : ByGlobalNorm(gradients, double.IsNaN(clipNorm) ? 1 : clipNorm, norm);

    /// <summary>The factor that brings a norm down to the clip norm: 1 if it is there already, NaN if it is not finite.</summary>
    internal static double Scale(double norm, double clipNorm) =>
        !double.IsFinite(norm) ? double.NaN : norm <= clipNorm ? 1 : clipNorm / norm;

    internal static void RequireClipNorm(double clipNorm, double? givenNorm = null)
    {
        if (!(clipNorm > 0 && double.IsFinite(clipNorm)))
            throw new ArgumentOutOfRangeException(
                nameof(clipNorm), clipNorm, "The clip norm must be finite and greater than 0. To measure without clipping, call GlobalNorm.");
        if (givenNorm < 0)
            throw new ArgumentOutOfRangeException(nameof(givenNorm), givenNorm, "A norm is never negative.");
    }

    internal static void RequireGradients<T>()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double) && typeof(T) != typeof(Half) && typeof(T) != typeof(BFloat16))
            throw new NotSupportedException($"Gradients are float, double, Half or BFloat16, not {typeof(T).Name}.");
    }

    private static ClipResult ByGlobalNorm<T>(in GradientBlocks<T> blocks, double clipNorm, double? givenNorm) where T : unmanaged
    {
        double norm = givenNorm ?? blocks.GlobalNorm();
        double scale = Scale(norm, clipNorm);
        if (scale != 1) blocks.Scale(norm, clipNorm);
        return new ClipResult(norm, scale);
    }

    private static T Rounded<T>(double number) where T : unmanaged
    {
        RequireGradients<T>();
        return Accumulation.Round<T, double>(number);
    }
}
