using Ballast.Graphs;
using Ballast.Operations;

namespace Ballast.Gradients;

/// <content>Sums over all iterations, and loop variables that forget.</content>
internal sealed partial class LoopGradient
{
    /// <summary>Adds acc = 0; while (…) acc = acc + gradient; to the backward loop.</summary>
    public override Gradient Accumulate(Operation enter, Gradient gradient)
    {
        Output dy = Op.ToDense(gradient);
        Output zeros = ZerosBefore(enter.Inputs[0], dy);
        using IDisposable inside = Loop.Enter();
        Output start = Loop.AddEnter(zeros, isConstant: false, name: "b_acc");
        Loop.Enters.Add(start);
        Output merge = Op.MergeOf([start, start], "b_acc").Output;
        Operation choice = Op.SwitchOf(merge, Loop.Predicate!);
        Op.CloseLoop(merge, Op.Add(choice.Outputs[1], dy));
        return Loop.AddExit(choice.Outputs[0], "b_acc");
    }

    /// <summary>
    /// A loop variable whose value does not depend on the iteration before received no gradient from it: zeros go back.
    /// </summary>
    public void CloseOpenMerges()
    {
        foreach (Output merge in SwitchMerges.Values)
        {
            Output start = merge.Operation.Inputs[0];
            if (merge.Operation.Inputs[1] != start) continue;
            if (start.Shape.IsFullyKnown)
            {
                using IDisposable inside = Loop.Enter();
                Op.CloseLoop(merge, ZeroGradients.Constant(_graph, start.DType, start.Shape));
                continue;
            }

            Output zeros;
            using (_graph.EnterControlFlow(Loop.Outer))
                zeros = Op.Zeros(ZeroGradients.ShapeOf(start.Operation.Inputs[0]), start.DType);
            using IDisposable backwards = Loop.Enter();
            Op.CloseLoop(merge, zeros);
        }
    }

    /// <summary>The sum over no iteration.</summary>
    private Output ZerosBefore(Output invariant, Output dy)
    {
        if (dy.Shape.IsFullyKnown)
        {
            using IDisposable outside = _graph.EnterControlFlow(Loop.Outer);
            return ZeroGradients.Constant(_graph, dy.DType, dy.Shape, "b_acc");
        }

        if (_around is null)
        {
            using IDisposable outside = _graph.EnterControlFlow(Loop.Outer);
            return Op.Zeros(ZeroGradients.ShapeOf(invariant), dy.DType);
        }

        Output shape;
        using (_graph.EnterControlFlow(Forward.Outer)) shape = ZeroGradients.ShapeOf(invariant);
        Output recalled = _around.Pop(_around.Push(shape), shape);
        using IDisposable around = _graph.EnterControlFlow(Loop.Outer);
        return Op.Zeros(recalled, dy.DType);
    }
}
