using Ballast.Graphs;
using Ballast.Sessions.Planning;
using Ballast.Tensors;

namespace Ballast.Sessions.Execution;

/// <summary>Runs a plan without control flow: one operation after the other, each value released after its last reader.</summary>
internal static class StraightExecutor
{
    public static void Run(RunContext context)
    {
        Value?[] slots = context.Slots;
        Value[] inputs = context.InputBuffer;
        foreach (PlanNode node in context.Plan.Nodes)
        {
            context.Token.ThrowIfCancellationRequested();
            int[] inputSlots = node.InputSlots;
            for (int i = 0; i < inputSlots.Length; i++) inputs[i] = slots[inputSlots[i]]!;
            context.Execute(node, inputs.AsSpan(0, inputSlots.Length));
            Store(context, node, slots);
            for (int i = 0; i < inputSlots.Length; i++) inputs[i].Release();
        }
    }

    /// <summary>Puts what a kernel made into the slots, with as many users as it has readers.</summary>
    public static void Store(RunContext context, PlanNode node, Value?[] slots)
    {
        ReadOnlySpan<Value?> outputs = context.Outputs;
        for (int i = 0; i < outputs.Length; i++)
        {
            Value output = outputs[i] ?? throw new InternalException(node.Operation, $"The kernel set no output {i}.");
            int uses = node.OutputSlots[i] < 0 ? 0 : node.Uses[i];
            if (uses == 0)
            {
                output.Release();
                continue;
            }

            if (uses > 1) output.Retain(uses - 1);
            slots[node.OutputSlots[i]] = output;
        }
    }
}
