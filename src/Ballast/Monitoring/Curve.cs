namespace Ballast.Monitoring;

/// <summary>One number over the steps of a run, in bounded memory however long the run.</summary>
/// <remarks>
/// A point covers one step at first. When there are too many, neighbours are merged in pairs, and a point keeps the
/// smallest, mean and largest of its values, so that a single spike is never lost. NaN and ±Inf are left out of the
/// points; <see cref="FirstNonFiniteStep"/> tells of them.
/// </remarks>
/// <param name="capacity">The most points that are kept. Even, at least 2. Default: 1024.</param>
public sealed class Curve(int capacity = 1024)
{
    private readonly List<CurvePoint> _points = [];
    private int _width = 1;

    /// <summary>The points in the order of their steps.</summary>
    public IReadOnlyList<CurvePoint> Points => _points;

    /// <summary>The last finite value; NaN when there is none.</summary>
    public double Last { get; private set; } = double.NaN;

    /// <summary>The first step whose value was NaN or ±Inf; null when there was none.</summary>
    public long? FirstNonFiniteStep { get; private set; }

    /// <summary>Adds the value of a step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is not after the last one.</exception>
    public void Add(long step, double value)
    {
        if (!double.IsFinite(value))
        {
            FirstNonFiniteStep ??= step;
            return;
        }

        if (_points.Count > 0) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, _points[^1].LastStep);
        Last = value;
        if (_points.Count > 0 && _points[^1].Count < _width)
        {
            _points[^1] = CurvePoint.Merge(_points[^1], CurvePoint.At(step, value));
            return;
        }

        if (_points.Count == capacity) Halve();
        _points.Add(CurvePoint.At(step, value));
    }

    private void Halve()
    {
        for (int i = 0; i < _points.Count / 2; i++)
            _points[i] = CurvePoint.Merge(_points[2 * i], _points[2 * i + 1]);
        _points.RemoveRange(_points.Count / 2, _points.Count - _points.Count / 2);
        _width *= 2;
    }
}

/// <summary>The values of one or more neighbouring steps.</summary>
/// <param name="FirstStep">The first step covered.</param>
/// <param name="LastStep">The last step covered.</param>
/// <param name="Count">How many values there were.</param>
/// <param name="Minimum">The smallest.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Maximum">The largest.</param>
public readonly record struct CurvePoint(long FirstStep, long LastStep, int Count, double Minimum, double Mean, double Maximum)
{
    internal static CurvePoint At(long step, double value) => new(step, step, 1, value, value, value);

    internal static CurvePoint Merge(in CurvePoint a, in CurvePoint b) => new(a.FirstStep, b.LastStep, a.Count + b.Count,
        Math.Min(a.Minimum, b.Minimum), a.Mean + (b.Mean - a.Mean) * b.Count / (a.Count + b.Count),
        Math.Max(a.Maximum, b.Maximum));
}
