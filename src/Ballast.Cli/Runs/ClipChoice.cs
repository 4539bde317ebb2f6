using System.Globalization;
using Ballast.Graphs;

namespace Ballast.Cli.Runs;

/// <summary>Which of TensorFlow's clips the gradients meet.</summary>
internal enum ClipKind
{
    None,
    Value,
    Norm,
    AverageNorm,
    GlobalNorm,
}

/// <summary>A clip and its bound: <c>global-norm:5</c> on the command line.</summary>
/// <param name="Kind">Which clip.</param>
/// <param name="Threshold">Its bound; null for none.</param>
internal sealed record ClipChoice(ClipKind Kind, double? Threshold = null)
{
    private static readonly Dictionary<string, (ClipKind Kind, double Default)> Words = new(StringComparer.Ordinal)
    {
        ["none"] = (ClipKind.None, 0),
        ["value"] = (ClipKind.Value, 0.5),
        ["norm"] = (ClipKind.Norm, 1),
        ["average-norm"] = (ClipKind.AverageNorm, 0.01),
        ["global-norm"] = (ClipKind.GlobalNorm, 5),
    };

    public static string Syntax => "none, value, norm, average-norm or global-norm, with a bound behind a colon: global-norm:5";

    /// <summary>The kind as files name it: <c>global_norm</c>.</summary>
    public string Word => Text(Kind).Replace('-', '_');

    /// <summary>Reads <c>KIND</c> or <c>KIND:BOUND</c>.</summary>
    /// <returns>Null, and what is wrong, when it is neither.</returns>
    public static ClipChoice? Parse(string text, out string? fault)
    {
        string[] parts = text.Split(':', 2);
        fault = null;
        if (!Words.TryGetValue(parts[0], out (ClipKind Kind, double Default) known))
            fault = $"expected {Syntax}; got '{text}'.{Nearest.Suggest(parts[0], Words.Keys)}";
        else if (known.Kind == ClipKind.None && parts.Length == 2)
            fault = $"'none' takes no bound, got '{text}'.";
        else if (parts.Length == 1)
            return new ClipChoice(known.Kind, known.Kind == ClipKind.None ? null : known.Default);
        else if (double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double bound) && bound > 0
            && double.IsFinite(bound))
            return new ClipChoice(known.Kind, bound);
        else
            fault = $"expected a bound above 0 behind the colon, got '{text}'. Write {parts[0]}:{Number(known.Default)}, say.";
        return null;
    }

    public override string ToString() => Threshold is { } bound ? $"{Text(Kind)}:{Number(bound)}" : Text(Kind);

    private static string Text(ClipKind kind) => Words.Single(w => w.Value.Kind == kind).Key;

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
