namespace Ballast.Cli;

/// <summary>What the command ends with; scripts rely on these.</summary>
internal static class ExitCodes
{
    public const int Fine = 0;

    /// <summary>Findings, or a run that halted on a bad step.</summary>
    public const int Bad = 1;

    /// <summary>Input that cannot be used: options, files.</summary>
    public const int Unusable = 2;

    /// <summary>Ctrl-C or a request to end.</summary>
    public const int Interrupted = 130;
}
