using Ballast.Graphs;
using Ballast.Sessions.Planning;
using Ballast.Tensors;

namespace Ballast.Sessions.Execution;

/// <summary>Runs a plan with control flow by TensorFlow's rules of frames, iterations and dead values.</summary>
/// <remarks>
/// One operation after the other in an order found with the plan, iterations likewise: the same on every run. An empty
/// slot is a dead value. An operation with a dead input, or waiting for a dead operation, does not run and its outputs
/// are dead; it still gives back its inputs that live.
/// </remarks>
internal readonly ref struct FrameExecutor
{
    private readonly RunContext _context;
    private readonly Value?[] _slots;
    private readonly bool[] _dead;

    private FrameExecutor(RunContext context) => (_context, _slots, _dead) = (context, context.Slots, context.Dead);

    public static void Run(RunContext context, Frame frame)
    {
        new FrameExecutor(context).RunSteps(frame.Steps);
        foreach ((int slot, int uses) in frame.BorrowedFeeds)
            for (int i = 0; i < uses; i++) context.Slots[slot]!.Release();
        for (int i = 0; i < context.Plan.FetchSlots.Length; i++)
            if (context.Slots[context.Plan.FetchSlots[i]] is null)
            {
                Output fetch = context.Plan.Signature.Fetches[i];
                throw new InvalidArgumentException(fetch.Operation,
                    $"The tensor returned for {fetch.Name} was not valid. It belongs to a branch that was not taken: " +
                    "return it from the conditional and fetch the result.");
            }
    }

    private void RunSteps(FrameStep[] steps)
    {
        foreach (FrameStep step in steps)
        {
            if (step.Loop is { } loop)
            {
                RunLoop(loop);
                continue;
            }

            switch (step.Kind)
            {
                case ControlFlowKind.None:
                    Execute(step);
                    break;
                case ControlFlowKind.Switch:
                    Switch(step);
                    break;
                case ControlFlowKind.Merge:
                    Merge(step);
                    break;
                case ControlFlowKind.ControlTrigger:
                    _dead[step.Node!.Index] = false;
                    break;
                default:
                    PassOn(step);
                    break;
            }
        }
    }

    private void RunLoop(Frame loop)
    {
        bool lives = false;
        foreach (FrameStep enter in loop.Enters)
        {
            if (enter.IsConstant) EnterForAllIterations(enter);
            else PassOn(enter);
            lives |= !_dead[enter.Node!.Index];
        }

        foreach (int slot in loop.NextSlots) _slots[slot] = null;
        foreach (PlanNode exit in loop.Exits)
        {
            if (exit.OutputSlots[0] >= 0) _slots[exit.OutputSlots[0]] = null;
            _dead[exit.Index] = true;
        }

        // A loop in a branch that is not taken dies as a whole.
        if (lives) Iterate(loop);
        foreach (FrameStep enter in loop.Enters)
            if (enter.IsConstant) LeaveAllIterations(enter);
    }

    private void Iterate(Frame loop)
    {
        bool goesOn;
        bool first = true;
        do
        {
            _context.Token.ThrowIfCancellationRequested();
            RunSteps(loop.Steps);
            if (first)
                foreach (FrameStep enter in loop.Enters)
                    if (!enter.IsConstant && enter.Node!.OutputSlots[0] >= 0) _slots[enter.Node.OutputSlots[0]] = null;
            first = false;
            goesOn = false;
            foreach (int slot in loop.NextSlots) goesOn |= _slots[slot] is not null;
        }
        while (goesOn);
    }

    private void Execute(FrameStep step)
    {
        PlanNode node = step.Node!;
        int[] inputSlots = node.InputSlots;
        Value[] inputs = _context.InputBuffer;
        if (WaitsForDead(step))
        {
            Kill(step);
            return;
        }

        for (int i = 0; i < inputSlots.Length; i++)
        {
            if (_slots[inputSlots[i]] is not { } input)
            {
                Kill(step);
                return;
            }

            inputs[i] = input;
        }

        _context.Token.ThrowIfCancellationRequested();
        _context.Execute(node, inputs.AsSpan(0, inputSlots.Length));
        StraightExecutor.Store(_context, node, _slots);
        for (int i = 0; i < inputSlots.Length; i++)
            if (!step.Borrows[i]) inputs[i].Release();
        _dead[node.Index] = false;
    }

    /// <summary>The value goes on by the side that the predicate names; the other side dies.</summary>
    private void Switch(FrameStep step)
    {
        PlanNode node = step.Node!;
        if (WaitsForDead(step) || _slots[node.InputSlots[0]] is null || _slots[node.InputSlots[1]] is not { } predicate)
        {
            Kill(step);
            return;
        }

        if (node.Dereferences[1]) predicate = RunContext.ReadVariable(node, predicate);
        if (predicate.Length != 1 || !predicate.Shape.IsScalar)
            throw new InvalidArgumentException(node.Operation,
                $"The second input must be a scalar, but it has shape {predicate.Shape}. Reduce it with All or Any.");
        int taken = predicate.Elements<bool>()[0] ? 1 : 0;
        if (!step.Borrows[1] || node.Dereferences[1]) predicate.Release();
        Die(node, 1 - taken);
        Pass(step, 0, taken);
        _dead[node.Index] = false;
    }

    /// <summary>The one input that lives goes on, and with it its number.</summary>
    private void Merge(FrameStep step)
    {
        PlanNode node = step.Node!;
        int live = -1;
        for (int i = 0; i < node.InputSlots.Length; i++)
        {
            if (_slots[node.InputSlots[i]] is not { } value) continue;
            if (live >= 0 && node.InputSlots[i] != node.InputSlots[live])
                throw new InternalException(node.Operation, "Merge can not have more than one valid input.");
            if (live >= 0 && !step.Borrows[i]) value.Release();
            if (live < 0) live = i;
        }

        if (live < 0)
        {
            Die(node, 0);
            Die(node, 1);
            _dead[node.Index] = true;
            return;
        }

        if (node.Uses[1] > 0 && node.OutputSlots[1] >= 0)
        {
            Value index = _context.Rent(DType.Int32, Shape.Scalar);
            index.Elements<int>()[0] = live;
            if (node.Uses[1] > 1) index.Retain(node.Uses[1] - 1);
            _slots[node.OutputSlots[1]] = index;
        }

        Pass(step, live, 0);
        _dead[node.Index] = false;
    }

    /// <summary>Enter, Exit, NextIteration and LoopCond.</summary>
    private void PassOn(FrameStep step)
    {
        if (WaitsForDead(step) || _slots[step.Node!.InputSlots[0]] is null)
        {
            // An Exit that found nothing in this iteration may have found something in an earlier one.
            if (step.Kind == ControlFlowKind.Exit) GiveBack(step);
            else Kill(step);
            return;
        }

        Pass(step, 0, 0);
        _dead[step.Node.Index] = false;
    }

    private void EnterForAllIterations(FrameStep enter)
    {
        PlanNode node = enter.Node!;
        if (WaitsForDead(enter) || _slots[node.InputSlots[0]] is not { } value)
        {
            Kill(enter);
            return;
        }

        // Two users, so that no kernel works in place on what later iterations need.
        if (node.Dereferences[0]) (value = RunContext.ReadVariable(node, value)).Retain();
        else if (!enter.Borrows[0]) value.Retain();
        if (node.OutputSlots[0] >= 0) _slots[node.OutputSlots[0]] = value;
        _dead[node.Index] = false;
    }

    private void LeaveAllIterations(FrameStep enter)
    {
        PlanNode node = enter.Node!;
        if (_dead[node.Index] || node.OutputSlots[0] < 0 || (enter.Borrows[0] && !node.Dereferences[0])) return;
        Value value = _slots[node.OutputSlots[0]]!;
        value.Release();
        value.Release();
        _slots[node.OutputSlots[0]] = null;
    }

    /// <summary>Hands an input on as an output; the reader's use of the one becomes the readers' uses of the other.</summary>
    private void Pass(FrameStep step, int input, int output)
    {
        PlanNode node = step.Node!;
        Value value = _slots[node.InputSlots[input]]!;
        int slot = node.OutputSlots[output];
        int uses = slot < 0 ? 0 : node.Uses[output];
        bool borrows = step.Borrows[input];
        if (node.Dereferences[input])
        {
            Value reference = value;
            value = RunContext.ReadVariable(node, reference);
            if (!borrows) reference.Release();
            borrows = false;
        }

        if (borrows) uses++;
        if (uses == 0) value.Release();
        else if (uses > 1) value.Retain(uses - 1);
        if (slot >= 0) _slots[slot] = value;
    }

    private bool WaitsForDead(FrameStep step)
    {
        foreach (int control in step.Controls)
            if (_dead[control]) return true;
        return false;
    }

    private void Kill(FrameStep step)
    {
        PlanNode node = step.Node!;
        GiveBack(step);
        for (int i = 0; i < node.OutputSlots.Length; i++) Die(node, i);
        _dead[node.Index] = true;
    }

    private void GiveBack(FrameStep step)
    {
        int[] slots = step.Node!.InputSlots;
        for (int i = 0; i < slots.Length; i++)
            if (!step.Borrows[i]) _slots[slots[i]]?.Release();
    }

    private void Die(PlanNode node, int output)
    {
        if (node.OutputSlots[output] >= 0) _slots[node.OutputSlots[output]] = null;
    }
}
