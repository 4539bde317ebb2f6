using System.Text.Json;
using Ballast.Guarding;
using Ballast.Monitoring.Reports;

namespace Ballast.Monitoring;

/// <summary>How verdicts, actions and states are written in files: <c>non-finite-loss</c>, <c>halt</c>.</summary>
public static class Words
{
    /// <summary>The verdict in lower case with hyphens.</summary>
    public static string ToWord(this Verdict verdict) => KebabCase(verdict.ToString());

    /// <summary>The action in lower case with hyphens.</summary>
    public static string ToWord(this StepAction action) => KebabCase(action.ToString());

    /// <summary>The state in lower case with hyphens.</summary>
    public static string ToWord(this RunStatus status) => KebabCase(status.ToString());

    private static string KebabCase(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
