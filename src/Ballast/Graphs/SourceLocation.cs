using System.Diagnostics;

namespace Ballast.Graphs;

/// <summary>The line of C# that made an operation.</summary>
/// <remarks>
/// Read from the debug information of the calling program. Where that program is compiled with optimisation, a line may be
/// the one of an earlier statement of the same method.
/// </remarks>
/// <param name="File">The path of the source file as the compiler saw it.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Member">The method that the line stands in.</param>
public sealed record SourceLocation(string File, int Line, string Member)
{
    /// <summary>Finds the nearest caller outside of Ballast's own assemblies.</summary>
    /// <returns>Null when no caller has debug information.</returns>
    internal static SourceLocation? Capture()
    {
        var trace = new StackTrace(skipFrames: 1, fNeedFileInfo: true);
        for (int i = 0; i < trace.FrameCount; i++)
        {
            StackFrame frame = trace.GetFrame(i)!;
            if (frame.GetFileName() is not { } file) continue;
            if (DiagnosticMethodInfo.Create(frame) is not { } method) continue;
            if (method.DeclaringAssemblyName.StartsWith("Ballast,", StringComparison.Ordinal)) continue;
            return new SourceLocation(file, frame.GetFileLineNumber(), method.Name);
        }

        return null;
    }

    /// <summary>File name and line: <c>Program.cs:42</c>.</summary>
    public override string ToString() => $"{Path.GetFileName(File)}:{Line}";
}
