namespace Ballast.Cli.Runs;

/// <summary>Something that was given cannot be used: what, where, and what would be right, in one line.</summary>
internal sealed class UnusableInputException(string message, Exception? inner = null) : Exception(message, inner);
