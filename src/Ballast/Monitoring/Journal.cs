using System.Buffers;
using System.Text.Json;

namespace Ballast.Monitoring;

/// <summary>Writes one line of JSON per step; the file's format is in <c>docs/formats/run-folder.md</c>.</summary>
/// <remarks>
/// <para>Each line leaves with the step, so that a killed run lacks at most the line it was writing. No clock is in
/// it: two runs with the same seed give the same file, byte for byte.</para>
/// <para>NaN and ±Inf are strings; see <see cref="JsonNumbers"/>.</para>
/// </remarks>
/// <param name="stream">Where the lines go; closed with the journal.</param>
public sealed class Journal(Stream stream) : IStepObserver, IDisposable
{
    private readonly ArrayBufferWriter<byte> _line = new(256);
    private Utf8JsonWriter? _writer;

    /// <summary>Opens a journal at the end of a file, which is made if it is missing.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Journal AppendTo(string path) =>
        new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite));

    /// <inheritdoc/>
    /// <exception cref="IOException">The line cannot be written.</exception>
    public void Observe(StepRecord step)
    {
        _line.ResetWrittenCount();
        _writer ??= new Utf8JsonWriter(_line);
        _writer.Reset(_line);
        Write(_writer, step);
        _writer.Flush();
        _line.Write("\n"u8);
        stream.Write(_line.WrittenSpan);
        stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer?.Dispose();
        stream.Dispose();
    }

    private static void Write(Utf8JsonWriter json, StepRecord step)
    {
        json.WriteStartObject();
        json.WriteNumber("step", step.Step);
        json.WriteReal("loss", step.Loss);
        json.WriteReal("norm", step.Norm);
        json.WriteReal("clippedNorm", step.ClippedNorm);
        json.WriteReal("clipRatio", step.ClipRatio);
        json.WriteString("verdict", step.Verdict.ToWord());
        json.WriteString("action", step.Action.ToWord());
        json.WriteReal("learningRate", step.LearningRate);
        json.WriteReal("lossScale", step.LossScale);
        json.WriteStartObject("metric");
        foreach (Metric metric in step.Metrics) json.WriteReal(metric.Name, metric.Value);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
