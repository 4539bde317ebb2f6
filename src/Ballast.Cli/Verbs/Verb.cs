using System.CommandLine;

namespace Ballast.Cli.Verbs;

/// <summary>A verb of the command.</summary>
/// <param name="Command">Its words and what it does.</param>
/// <param name="Examples">What stands below its options on its help page.</param>
/// <param name="Faults">What is wrong with its options taken together; each by itself was checked when it was read.</param>
internal sealed record Verb(Command Command, string Examples, Func<ParseResult, IEnumerable<string>> Faults);
