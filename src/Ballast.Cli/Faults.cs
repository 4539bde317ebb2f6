using System.CommandLine;
using System.CommandLine.Parsing;
using Ballast.Cli.Verbs;
using Ballast.Graphs;

namespace Ballast.Cli;

/// <summary>What is wrong with a command line: all of it at once, a line each.</summary>
internal static class Faults
{
    public static IEnumerable<string> Of(ParseResult parsed, IReadOnlyList<Verb> verbs)
    {
        if (parsed.Action is HelpWithExamples) return [];
        Command command = parsed.CommandResult.Command;
        string[] unknown = [.. UnknownOptions(parsed, command)];
        // Behind an unknown option stands its value, which is then one word too many: no use in saying so.
        string[] words = unknown.Length > 0 ? [] : [.. UnknownWords(parsed, command)];
        IEnumerable<string> together = unknown.Length > 0 ? [] : verbs.FirstOrDefault(v => v.Command == command)?.Faults(parsed) ?? [];
        return [.. unknown, .. words, .. parsed.CommandResult.Children.SelectMany(ValueFaults), .. together];
    }

    private static IEnumerable<string> ValueFaults(SymbolResult result)
    {
        if (result is OptionResult { Tokens.Count: 0, Implicit: false, Option.Arity.MinimumNumberOfValues: > 0 } bare)
            return [$"{bare.Option.Name}: expected a value behind it, got none."];
        return result.Errors.Select(e => e.Message).Distinct();
    }

    private static IEnumerable<string> UnknownOptions(ParseResult parsed, Command command)
    {
        IEnumerable<string> tokens = parsed.UnmatchedTokens.Concat(parsed.CommandResult.Children
            .OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value));
        return tokens.Where(t => t.Length > 1 && t[0] == '-')
            .Select(t => t.Split('=', ':')[0])
            .Select(name => $"unknown option '{name}'.{Nearest.Suggest(name, command.Options.Select(o => o.Name).Append("--help"))} See 'ballast {Path(command)}--help'.");
    }

    private static IEnumerable<string> UnknownWords(ParseResult parsed, Command command) =>
        parsed.UnmatchedTokens.Select(word => command.Subcommands.Count > 0
            ? $"unknown command '{word}'.{Nearest.Suggest(word, command.Subcommands.Select(c => c.Name))} See 'ballast --help'."
            : $"unexpected word '{word}'. See 'ballast {Path(command)}--help'.").Take(1);

    private static string Path(Command command) => command.Subcommands.Count > 0 ? "" : command.Name + " ";
}
