using Ballast.Kernels;
using Ballast.Kernels.Reductions;

namespace Ballast.Clipping;

/// <summary>Along which dimension of a matrix its units lie.</summary>
public enum UnitAxis
{
    /// <summary>Each row is a unit: <c>[outputs, inputs]</c>, as PyTorch stores weights.</summary>
    First,

    /// <summary>Each column is a unit: <c>[…, inputs, outputs]</c>, as TensorFlow stores weights.</summary>
    Last,
}

/// <summary>What an adaptive clip found and did.</summary>
/// <param name="Units">How many units were looked at.</param>
/// <param name="ClippedUnits">How many were scaled down.</param>
/// <param name="NonFiniteUnits">How many had a gradient or parameter that was not finite; their gradients are NaN now.</param>
/// <param name="LargestRatio">The largest ratio of gradient norm to parameter norm among the finite units; 0 without any.</param>
public readonly record struct AdaptiveClipResult(int Units, int ClippedUnits, int NonFiniteUnits, double LargestRatio);

/// <summary>
/// Adaptive gradient clipping: limits the gradient of each unit to a share of the norm of the unit's own parameters,
/// <c>g ← g · clipping · max(‖w‖, ε) / ‖g‖</c> where <c>‖g‖ / max(‖w‖, ε) &gt; clipping</c>. It keeps no state.
/// </summary>
/// <remarks>
/// Brock et al. 2021, "High-Performance Large-Scale Image Recognition Without Normalization". A bias or gain vector is one unit.
/// Norms are exact, as in <see cref="GradientClip"/>; a unit at or below its limit keeps every bit.
/// </remarks>
public sealed class AdaptiveGradientClip
{
    /// <summary>The largest ratio of gradient norm to parameter norm that passes unchanged.</summary>
    /// <value>Finite and greater than 0. The default is 0.01.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite and positive.</exception>
    public double Clipping
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Clipping must be finite and greater than 0.");
    } = 0.01;

    /// <summary>The least parameter norm that is counted with, so that units which start at 0 can move.</summary>
    /// <value>Finite and greater than 0. The default is 0.001.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite and positive.</exception>
    public double Epsilon
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Epsilon must be finite and greater than 0.");
    } = 1e-3;

    /// <summary>Clips the gradient of one parameter, unit by unit.</summary>
    /// <param name="gradient">The gradient, clipped in place.</param>
    /// <param name="parameter">The parameter, of as many elements.</param>
    /// <param name="units">How many units there are; 1 for a bias. Divides the number of elements.</param>
    /// <param name="axis">Whether units are rows or columns.</param>
    /// <returns>How many units were clipped, and the largest ratio.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the units do not divide them.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not float, double, Half or BFloat16.</exception>
    public unsafe AdaptiveClipResult Apply<T>(
        Span<T> gradient, ReadOnlySpan<T> parameter, int units, UnitAxis axis = UnitAxis.Last) where T : unmanaged
    {
        GradientClip.RequireGradients<T>();
        if (parameter.Length != gradient.Length)
            throw new ArgumentException($"Expected {gradient.Length} parameter elements, got {parameter.Length}.", nameof(parameter));
        if (units < 1 || gradient.Length % units != 0)
            throw new ArgumentException($"Expected a number of units that divides {gradient.Length}, got {units}.", nameof(units));

        int length = gradient.Length / units;
        bool strided = axis == UnitAxis.Last && units > 1;
        using Scratch loan = Scratch.Borrow(strided ? 2 * length : 0, out T* memory);
        var result = new AdaptiveClipResult(units, 0, 0, 0);
        for (int unit = 0; unit < units; unit++)
        {
            if (!strided)
            {
                result = Clip(gradient.Slice(unit * length, length), parameter.Slice(unit * length, length), result, out _);
                continue;
            }

            var g = new Span<T>(memory, length);
            var w = new Span<T>(memory + length, length);
            for (int i = 0; i < length; i++) (g[i], w[i]) = (gradient[(i * units) + unit], parameter[(i * units) + unit]);
            result = Clip(g, w, result, out bool changed);
            for (int i = 0; changed && i < length; i++) gradient[(i * units) + unit] = g[i];
        }

        return result;
    }

    private AdaptiveClipResult Clip<T>(Span<T> g, ReadOnlySpan<T> w, AdaptiveClipResult result, out bool changed) where T : unmanaged
    {
        double norm = Norm.L2<T>(g), limit = Norm.L2(w);
        changed = true;
        if (!double.IsFinite(norm) || !double.IsFinite(limit))
        {
            Scaling.Run(g, double.NaN, 1);
            return result with { NonFiniteUnits = result.NonFiniteUnits + 1 };
        }

        limit = Math.Max(limit, Epsilon);
        result = result with { LargestRatio = Math.Max(result.LargestRatio, norm / limit) };
        changed = norm > limit * Clipping;
        if (!changed) return result;
        Scaling.Run(g, norm, limit * Clipping);
        return result with { ClippedUnits = result.ClippedUnits + 1 };
    }
}
