using System.Globalization;

namespace Ballast.Monitoring.Reports;

/// <summary>Maps values to the height or width of a chart, and chooses where its lines stand.</summary>
internal sealed class Axis
{
    private readonly bool _logarithmic;
    private readonly double _low;
    private readonly double _high;
    private readonly double _start;
    private readonly double _end;

    private Axis(bool logarithmic, double low, double high, double start, double end, IReadOnlyList<double> ticks) =>
        (_logarithmic, _low, _high, _start, _end, Ticks) = (logarithmic, low, high, start, end, ticks);

    /// <summary>The values at which a line is drawn.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Equal steps of 1, 2 or 5 times a power of ten.</summary>
    public static Axis Linear(double minimum, double maximum, double start, double end, bool tight = false)
    {
        if (maximum <= minimum) (minimum, maximum) = (minimum - 0.5, maximum + 0.5);
        double rough = (maximum - minimum) / 4;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        double low = tight ? minimum : Math.Floor(minimum / step + 1e-9) * step;
        double high = tight ? maximum : Math.Ceiling(maximum / step - 1e-9) * step;
        var ticks = new List<double>();
        for (double i = Math.Ceiling(low / step - 1e-9); i <= Math.Floor(high / step + 1e-9); i++) ticks.Add(i * step + 0.0);
        return new Axis(false, low, high, start, end, ticks);
    }

    /// <summary>Powers of ten, every so many that there are at most eight; 1, 2 and 5 where they are few.</summary>
    public static Axis Logarithmic(double minimum, double maximum, double start, double end)
    {
        double low = Math.Floor(Math.Log10(minimum) + 1e-9), high = Math.Ceiling(Math.Log10(maximum) - 1e-9);
        if (high <= low) high = low + 1;
        double every = Math.Ceiling((high - low) / 7);
        var ticks = new List<double>();
        for (double power = low; power <= high; power += every)
            foreach (double factor in high - low <= 2 ? [1.0, 2, 5] : (double[])[1])
                if (power < high || factor == 1) ticks.Add(factor * Math.Pow(10, power));
        return new Axis(true, low, high, start, end, ticks);
    }

    /// <summary>Where a value stands.</summary>
    public double this[double value] =>
        _start + ((_logarithmic ? Math.Log10(value) : value) - _low) / (_high - _low) * (_end - _start);

    /// <summary>A number in at most four digits: <c>0.05</c>, <c>1200</c>, <c>1e9</c>.</summary>
    public static string Label(double value) => Math.Abs(value) is >= 1e5 or (> 0 and < 1e-4)
        ? value.ToString("0.##e0", CultureInfo.InvariantCulture)
        : Math.Round(value, 6).ToString("0.######", CultureInfo.InvariantCulture);
}
