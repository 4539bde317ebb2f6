using System.Diagnostics;
using Ballast.Kernels.Reductions;
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
            if (context.Outputs[i] is not { } value || !value.DType.IsFloating() || node.Outputs[i] is not { } output) continue;
            Census census = Census.Of(value.DType, value.Bytes);
            if (census.IsFinite) continue;
            metadata.FirstNonFinite = new NonFiniteOrigin(output, census.NanCount,
                census.NonFiniteCount - census.NanCount, value.Length, ranges);
            return;
        }
    }

    private static List<InputRange> RangesOf(RunContext context, PlanNode node)
    {
        var ranges = new List<InputRange>();
        for (int i = 0; i < node.InputSlots.Length; i++)
        {
            Value value = context.Input(i);
            if (!value.DType.IsFloating() || node.Inputs[i] is not { } input) continue;
            Census census = Census.Of(value.DType, value.Bytes);
            ranges.Add(new InputRange(input, census.Min, census.Max));
        }

        return ranges;
    }
}
