using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Ballast.Graphs;

namespace Ballast.Cli.Verbs;

/// <summary>Makes options whose faults say what was expected and what came.</summary>
internal static class Options
{
    /// <summary>A number above 0 that float32 can hold.</summary>
    public static Option<double?> Positive(string name, string unit, string example, string description) =>
        Make<double?>(name, unit, description, text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && (float)number > 0 && float.IsFinite((float)number)
                ? (number, null)
                : (null, $"expected a number above 0 that float32 can hold, got '{text}'. Write {name} {example}, say."));

    /// <summary>A whole number in a range.</summary>
    public static Option<int?> Whole(string name, string unit, int least, int most, string description) =>
        Make<int?>(name, unit, description, text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && number >= least && number <= most
                ? (number, null)
                : (null, string.Create(CultureInfo.InvariantCulture, $"expected a whole number from {least} to {most}, got '{text}'.")));

    /// <summary>One word of a list; a misspelt one is answered with the nearest.</summary>
    public static Option<T?> OneOf<T>(string name, string unit, IReadOnlyDictionary<string, T> words, string description)
        where T : class =>
        Make<T?>(name, unit, description, text => words.TryGetValue(text, out T? chosen)
            ? (chosen, null)
            : (null, $"expected one of {string.Join(", ", words.Keys)}; got '{text}'.{Nearest.Suggest(text, words.Keys)}"));

    /// <summary>A text as it stands.</summary>
    public static Option<string?> Text(string name, string unit, string description) =>
        Make<string?>(name, unit, description, text => text.Length > 0 ? (text, null) : (null, "expected a text, got an empty one."));

    public static Option<T> Make<T>(string name, string unit, string description, Func<string, (T Value, string? Fault)> parse) =>
        new(name)
        {
            HelpName = unit,
            Description = description,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result => Parse(name, result, parse),
        };

    private static T? Parse<T>(string name, ArgumentResult result, Func<string, (T Value, string? Fault)> parse)
    {
        (T value, string? fault) = parse(result.Tokens[^1].Value);
        if (fault is not null) result.AddError($"{name}: {fault}");
        return value;
    }
}
