using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ballast.Cli.Runs;
using Ballast.Monitoring;
using Ballast.Tensors;

namespace Ballast.Cli.Display;

/// <summary>What scripts read: <c>run.json</c>, and the document of <c>--json</c>.</summary>
internal static class RunJson
{
    /// <summary>The document of <c>ballast train --json</c>.</summary>
    public static void WriteDocument(TextWriter writer, RunResult result, TrainSettings settings, RunFolder folder)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonNumbers.Plain))
        {
            json.WriteStartObject();
            json.WriteString("run", folder.Path);
            WriteResult(json, result, settings);
            json.WriteEndObject();
        }

        writer.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    /// <summary>What was asked: the first part of <c>run.json</c>, written when the run begins.</summary>
    public static void WriteAsked(Utf8JsonWriter json, TrainSettings settings, Workload workload, int steps, DateTimeOffset started)
    {
        json.WriteString("command", "train");
        json.WriteString("model", settings.Model.Name);
        json.WriteString("data", workload.Data);
        json.WriteNumber("stepsAsked", steps);
        json.WriteStartObject("options");
        json.WriteNumber("batch", settings.Batch);
        json.WriteNumber("hidden", settings.Hidden);
        json.WriteString("optimizer", settings.Optimizer.Word);
        json.WriteReal("learningRate", settings.LearningRate);
        json.WriteString("schedule", settings.Schedule.Word);
        WriteClip(json, settings.Clip, engaged: null);
        json.WriteString("dtype", settings.DType.Name());
        if (settings.TextFile is { } text)
        {
            json.WriteString("text", text);
            json.WriteNumber("sequence", settings.Sequence);
            json.WriteNumber("sample", settings.Sample);
        }
        else
        {
            json.WriteNumber("shift", settings.Shift);
        }

        json.WriteEndObject();
        json.WriteNumber("seed", settings.Seed);
        json.WriteStartObject("versions");
        json.WriteString("ballast", BallastCommand.Version);
        json.WriteString("dotnet", Environment.Version.ToString());
        json.WriteString("system", RuntimeInformation.OSDescription);
        json.WriteString("architecture", RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());
        json.WriteEndObject();
        json.WriteString("started", started.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
    }

    /// <summary>What came of it.</summary>
    public static void WriteResult(Utf8JsonWriter json, RunResult result, TrainSettings settings)
    {
        json.WriteString("status", result.Status.ToWord());
        json.WriteNumber("steps", result.Steps);
        json.WriteReal("loss", result.Loss);
        json.WriteStartObject("metric");
        json.WriteReal("accuracy", result.HeldOut.Accuracy);
        json.WriteReal("loss", result.HeldOut.Loss);
        json.WriteEndObject();
        WriteClip(json, settings.Clip, result.Engaged);
        json.WriteNumber("incidents", result.Incident is null ? 0 : 1);
        // A cause takes more than the first bad operation; until it is sought, none is claimed.
        json.WriteNull("cause");
        WriteIncident(json, result.Incident);
        json.WriteReal("seconds", Math.Round(result.Elapsed.TotalSeconds, 3));
    }

    private static void WriteClip(Utf8JsonWriter json, ClipChoice clip, double? engaged)
    {
        json.WriteStartObject("clip");
        json.WriteString("kind", clip.Word);
        if (clip is { Kind: ClipKind.Value, Threshold: { } bound })
        {
            json.WriteStartArray("threshold");
            json.WriteNumberValue(-bound);
            json.WriteNumberValue(bound);
            json.WriteEndArray();
        }
        else
        {
            json.WriteReal("threshold", clip.Threshold);
        }

        if (engaged is { } share) json.WriteReal("engaged", Math.Round(share, 4));
        json.WriteEndObject();
    }

    private static void WriteIncident(Utf8JsonWriter json, Incident? incident)
    {
        if (incident is null)
        {
            json.WriteNull("incident");
            return;
        }

        json.WriteStartObject("incident");
        json.WriteNumber("step", incident.Step);
        json.WriteString("verdict", incident.Verdict.ToWord());
        json.WriteString("operation", incident.Operation);
        json.WriteString("operationType", incident.OperationType);
        json.WriteString("output", incident.Output);
        json.WriteString("source", incident.Source);
        json.WriteString("message", incident.Message);
        json.WriteStartArray("remedies");
        foreach (string remedy in incident.Remedies) json.WriteStringValue(remedy);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
