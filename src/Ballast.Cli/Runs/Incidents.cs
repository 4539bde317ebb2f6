using Ballast.Cli.Display;
using Ballast.Graphs;
using Ballast.Guarding;
using Ballast.Monitoring;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Cli.Runs;

/// <summary>Puts into words what stopped a run and what to try next.</summary>
internal static class Incidents
{
    public static Incident Describe(StepRecord step, NonFiniteOrigin? origin, RunMeter meter, TrainSettings settings,
        bool variablesAreFinite)
    {
        string what = step.Verdict == Verdict.NonFiniteLoss ? "the loss is not finite" : "the gradients are not finite";
        string message = Format.Invariant($"Step {step.Step}: {what}. ") + (origin is null ? "" : Producer(origin) + " ")
            + (variablesAreFinite
                ? "The step was stopped before it was written."
                : Format.Invariant($"Variables were not finite before this step: the update of step {step.Step - 1} overflowed, though its loss and gradients were finite."));
        Operation? operation = origin?.Output.Operation;
        return new Incident(step.Step, step.Verdict, message, [.. Remedies(origin, settings)])
        {
            Operation = operation?.Name,
            OperationType = operation?.Type,
            Output = origin?.Output.Name,
            Source = operation?.Source?.ToString(),
            Evidence = [.. Evidence(origin, meter, variablesAreFinite)],
        };
    }

    private static string Producer(NonFiniteOrigin origin)
    {
        string kinds = origin switch
        {
            { NanCount: > 0, InfinityCount: > 0 } => Format.Invariant($"{origin.NanCount:N0} NaN and {origin.InfinityCount:N0} Inf"),
            { NanCount: > 0 } => Format.Invariant($"{origin.NanCount:N0} NaN"),
            _ => Format.Invariant($"{origin.InfinityCount:N0} Inf"),
        };
        return Format.Invariant($"{origin.Output.Operation} was the first to make it, with {kinds} among {origin.ElementCount:N0} elements from finite inputs.");
    }

    private static IEnumerable<string> Evidence(NonFiniteOrigin? origin, RunMeter meter, bool variablesAreFinite)
    {
        foreach (InputRange input in origin?.Inputs ?? [])
            yield return Format.Invariant($"Its input {input.Output.Name} lay within [{Format.Number(input.Minimum)}, {Format.Number(input.Maximum)}].");
        if (!double.IsNaN(meter.LargestNorm))
            yield return Format.Invariant($"The largest global norm of an earlier step was {Format.Number(meter.LargestNorm)}.");
        if (!double.IsNaN(meter.LastLoss))
            yield return Format.Invariant($"The loss of the step before was {Format.Number(meter.LastLoss)}.");
        if (variablesAreFinite) yield return "Every variable was looked through afterwards and is finite.";
    }

    private static IEnumerable<string> Remedies(NonFiniteOrigin? origin, TrainSettings settings)
    {
        if (settings.Clip.Kind is not ClipKind.GlobalNorm)
            yield return $"Clip the gradients by their global norm: --clip global-norm:{(settings.Model.Defaults.Clip is { Kind: ClipKind.GlobalNorm, Threshold: { } bound } ? Format.Invariant($"{bound}") : "1")}";
        double usual = settings.Optimizer.Word == settings.Model.Defaults.Optimizer
            ? settings.Model.Defaults.LearningRate
            : settings.Optimizer.LearningRate;
        double lower = settings.LearningRate > usual ? usual : settings.LearningRate / 10;
        yield return Format.Invariant($"Lower the learning rate: --learning-rate {Format.Number(lower)} instead of {Format.Number(settings.LearningRate)}");
        if (settings.DType is DType.Float16)
            yield return "float16 ends at 65504: try --dtype bfloat16 or float32";
        foreach (Hazard hazard in origin?.Output.Operation.Card.Hazards.Where(h => !h.IsBackward) ?? [])
            yield return $"{origin!.Output.Operation.Type}, where {hazard.When}, gives {hazard.Gives}: {hazard.Remedy}";
    }
}
