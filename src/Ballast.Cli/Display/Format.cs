using System.Globalization;

namespace Ballast.Cli.Display;

/// <summary>Numbers for people, the same in every culture.</summary>
internal static class Format
{
    /// <summary>Three or four digits: <c>0.0412</c>, <c>2.303</c>, <c>1.2e20</c>, <c>NaN</c>.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        double.PositiveInfinity => value > 0 ? "Inf" : "-Inf",
        >= 1e5 or < 1e-3 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        >= 1000 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("G4", CultureInfo.InvariantCulture),
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };

    public static string Percent(double fraction) => (fraction * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>41 s</c>, <c>3 min 5 s</c>, <c>2 h 10 min</c>.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        { TotalMinutes: < 1 } => Invariant($"{time.Seconds} s"),
        { TotalHours: < 1 } => Invariant($"{time.Minutes} min {time.Seconds} s"),
        _ => Invariant($"{(int)time.TotalHours} h {time.Minutes} min"),
    };

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
