using System.Diagnostics;
using Ballast.Sessions.Planning;
using Ballast.Tensors;

namespace Ballast.Sessions.Execution;

/// <summary>Looks at each operation of one run: how long it took, and whether it made the first NaN or Inf.</summary>
internal sealed class RunObserver(RunOptions options, RunMetadata metadata)
{
    public void Execute(RunContext context, PlanNode node)
    {
        long start = Stopwatch.GetTimestamp();
        // The ranges must be read first: a kernel may work in place.
        List<InputRange>? ranges = options.WatchesNonFinite && metadata.FirstNonFinite is null
            ? RangesOf(context, node)
            : null;
        node.Kernel(context);
        if (options.CollectsStatistics)
        {
            long bytes = 0;
            foreach (Value? output in context.Outputs) bytes += output is null ? 0 : (long)output.Length * output.DType.Size();
            metadata.MutableStatistics.Add(
                new OperationStatistics(node.Operation, Stopwatch.GetElapsedTime(start), bytes));
        }

        if (ranges is not null) Watch(context, node, ranges);
    }

    private void Watch(RunContext context, PlanNode node, List<InputRange> ranges)
    {
        for (int i = 0; i < context.Outputs.Length; i++)
        {
            if (context.Outputs[i] is not { } value || !value.DType.IsFloating()) continue;
            (long nans, long infinities, _, _) = Census(value);
            if (nans + infinities == 0) continue;
            metadata.FirstNonFinite =
                new NonFiniteOrigin(node.Operation.Outputs[i], nans, infinities, value.Length, ranges);
            return;
        }
    }

    private static List<InputRange> RangesOf(RunContext context, PlanNode node)
    {
        var ranges = new List<InputRange>();
        for (int i = 0; i < node.InputSlots.Length; i++)
        {
            Value value = context.Input(i);
            if (!value.DType.IsFloating()) continue;
            (_, _, double minimum, double maximum) = Census(value);
            ranges.Add(new InputRange(node.Operation.Inputs[i], minimum, maximum));
        }

        return ranges;
    }

    private static (long Nans, long Infinities, double Minimum, double Maximum) Census(Value value)
    {
        long nans = 0, infinities = 0;
        double minimum = double.NaN, maximum = double.NaN;
        for (int i = 0; i < value.Length; i++)
        {
            double element = value.DType switch
            {
                DType.Float32 => value.Elements<float>()[i],
                DType.Float64 => value.Elements<double>()[i],
                DType.Float16 => (double)value.Elements<Half>()[i],
                _ => value.Elements<BFloat16>()[i],
            };
            if (double.IsNaN(element)) nans++;
            else if (double.IsInfinity(element)) infinities++;
            if (double.IsNaN(element)) continue;
            minimum = double.IsNaN(minimum) ? element : Math.Min(minimum, element);
            maximum = double.IsNaN(maximum) ? element : Math.Max(maximum, element);
        }

        return (nans, infinities, minimum, maximum);
    }
}
