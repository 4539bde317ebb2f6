using System.Text;
using System.Text.Json;
using Ballast.Monitoring.Reports;

namespace Ballast.Monitoring;

/// <summary>The folder of one run: what was asked, what happened, and the report of it.</summary>
/// <remarks><c>run.json</c>, <c>journal.jsonl</c>, <c>report.html</c>. Except for the journal, which grows, a file is
/// written beside, flushed and renamed: it is never there in part.</remarks>
public sealed class RunFolder
{
    private static readonly JsonWriterOptions Indented = JsonNumbers.Plain with { Indented = true };

    private RunFolder(string path) => Path = path;

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>The path of the file that says what was asked.</summary>
    public string RunFile => System.IO.Path.Combine(Path, "run.json");

    /// <summary>The path of the journal.</summary>
    public string JournalFile => System.IO.Path.Combine(Path, "journal.jsonl");

    /// <summary>The path of the report.</summary>
    public string ReportFile => System.IO.Path.Combine(Path, "report.html");

    /// <summary>Whether a folder holds a run already.</summary>
    public static bool Exists(string path) =>
        File.Exists(System.IO.Path.Combine(path, "run.json")) || File.Exists(System.IO.Path.Combine(path, "journal.jsonl"));

    /// <summary>Makes the folder of a new run, and those above it.</summary>
    /// <exception cref="IOException">It holds a run already, or cannot be made.</exception>
    public static RunFolder Create(string path)
    {
        if (Exists(path)) throw new IOException($"'{path}' holds a run already. Give the new run another name.");
        Directory.CreateDirectory(path);
        return new RunFolder(path);
    }

    /// <summary>Opens the journal, to be passed each step.</summary>
    public Journal OpenJournal() => Journal.AppendTo(JournalFile);

    /// <summary>Writes <c>run.json</c>: one object, whose properties <paramref name="write"/> writes.</summary>
    public void WriteRun(Action<Utf8JsonWriter> write) => AtomicFile.Write(RunFile, stream =>
    {
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    });

    /// <summary>Writes <c>report.html</c>.</summary>
    public void WriteReport(RunReport report) => AtomicFile.Write(ReportFile, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        ReportPage.Write(writer, report);
    });
}
