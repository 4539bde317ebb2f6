using System.Text;
using Ballast.Cli.Display;
using Ballast.Cli.Runs;

namespace Ballast.Cli.Data;

/// <summary>A text as numbers: each character by its place in the alphabet of those that occur.</summary>
internal sealed class TextCorpus
{
    private TextCorpus(string alphabet, int[] characters) => (Alphabet, Characters) = (alphabet, characters);

    /// <summary>The characters that occur, in the order of their code.</summary>
    public string Alphabet { get; }

    public int[] Characters { get; }

    /// <summary>Where the part begins that is held out: the last tenth.</summary>
    public int HeldOutFrom => Characters.Length - Characters.Length / 10;

    /// <exception cref="UnusableInputException">The file cannot be read, is no text, or is too short.</exception>
    public static TextCorpus Read(string file, int sequence)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file)).ReplaceLineEndings("\n");
        }
        catch (ArgumentException error)
        {
            throw new UnusableInputException($"--text: '{file}' is not UTF-8 text. Convert it to UTF-8 first.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UnusableInputException($"--text: '{file}' cannot be read: {error.Message}", error);
        }

        int least = 10 * (sequence + 1);
        return text.Length >= least
            ? From(text)
            : throw new UnusableInputException(Format.Invariant(
                $"--text: expected at least {least:N0} characters for sequences of {sequence}, '{file}' has {text.Length:N0}. Give a longer text or a smaller --sequence."));
    }

    public static TextCorpus From(string text)
    {
        string alphabet = string.Concat(text.Distinct().Order());
        Dictionary<char, int> places = alphabet.Select((character, place) => (character, place)).ToDictionary(p => p.character, p => p.place);
        return new TextCorpus(alphabet, [.. text.Select(c => places[c])]);
    }
}
