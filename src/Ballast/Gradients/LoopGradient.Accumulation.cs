using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Gradients;

/// <content>Sums over all iterations, and loop variables that forget.</content>
internal sealed partial class LoopGradient
{
    public override Gradient Accumulate(Operation enter, Gradient gradient) => gradient is IndexedSlices slices
        ? AccumulateRows(enter.Inputs[0], slices)
        : AccumulateSum(enter.Inputs[0], gradient.Values);

    /// <summary>Adds acc = 0; while (…) acc = acc + gradient; to the backward loop.</summary>
    private Output AccumulateSum(Output invariant, Output dy)
    {
        Output zeros = ZerosBefore(invariant, dy);
        using IDisposable inside = Loop.Enter();
        Output start = Loop.AddEnter(zeros, isConstant: false, name: "b_acc");
        Loop.Enters.Add(start);
        Output merge = Op.MergeOf([start, start], "b_acc").Output;
        Operation choice = Op.SwitchOf(merge, Loop.Predicate!);
        Op.CloseLoop(merge, Op.Add(choice.Outputs[1], dy));
        return Loop.AddExit(choice.Outputs[0], "b_acc");
    }

    /// <summary>Appends the rows of each iteration to those before; the first is a row of zeros, so that there is one.</summary>
    private IndexedSlices AccumulateRows(Output invariant, IndexedSlices slices)
    {
        Output[] starts;
        using (_graph.EnterControlFlow(Loop.Outer)) starts = StartsOfRows(invariant, slices);
        using IDisposable inside = Loop.Enter();
        var exits = new Output[starts.Length];
        for (int i = 0; i < starts.Length; i++)
        {
            // The rows become more: only what follows the first dimension is known.
            Output start = Loop.AddEnter(starts[i], isConstant: false, keepsShape: i == 2, name: "b_acc");
            if (i < 2 && starts[i].Shape.HasRank) start.SetShape(starts[i].Shape.WithDimension(0, -1));
            Loop.Enters.Add(start);
            Output merge = Op.MergeOf([start, start], "b_acc").Output;
            Operation choice = Op.SwitchOf(merge, Loop.Predicate!);
            Op.CloseLoop(merge, i switch
            {
                0 => Op.Concat([choice.Outputs[1], slices.Indices], 0),
                1 => Op.Concat([choice.Outputs[1], slices.Values], 0),
                _ => Op.Maximum(slices.DenseShape!, choice.Outputs[1]),
            });
            exits[i] = Loop.AddExit(choice.Outputs[0], "b_acc");
        }

        return new IndexedSlices(exits[1], exits[0], exits.Length > 2 ? exits[2] : null);
    }

    /// <summary>Indices, rows and, where it is known, the shape of the whole before the first iteration.</summary>
    private Output[] StartsOfRows(Output invariant, IndexedSlices slices)
    {
        Output indices = ZeroGradients.Constant(_graph, slices.Indices.DType, Shape.Vector(1));
        Output values = slices.Values.Shape.HasRank && slices.Values.Shape.Slice(1).IsFullyKnown
            ? ZeroGradients.Constant(_graph, slices.Values.DType, slices.Values.Shape.WithDimension(0, 1), "b_acc")
            : Op.Zeros(Op.Concat([_graph.Constant(new[] { 1 }), Op.StridedSlice(ZeroGradients.ShapeOf(invariant), 1..)], 0),
                slices.Values.DType);
        if (slices.DenseShape is not { } whole) return [indices, values];
        Output shape = whole.Shape.IsFullyKnown
            ? ZeroGradients.Constant(_graph, whole.DType, whole.Shape)
            : Op.ZerosLike(ZeroGradients.ShapeOf(invariant, whole.DType));
        return [indices, values, shape];
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
