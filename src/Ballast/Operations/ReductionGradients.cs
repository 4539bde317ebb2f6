using Ballast.Graphs;

namespace Ballast.Operations;

/// <summary>The gradients of reductions, in the operations that TensorFlow 1.14 emits.</summary>
internal static class ReductionGradients
{
    /// <summary>The gradient of a sum: <paramref name="dy"/> repeated along the axes that were summed over.</summary>
    public static Output Spread(GradientContext context, Output dy)
    {
        return Op.Multiply(Kept(context, dy), Op.OnesLike(context.X(0)));
    }

    /// <summary>The gradient of a mean: that of the sum, over the number of elements that fell on one output.</summary>
    public static Output OfMean(GradientContext context)
    {
        Output spread = Spread(context, context.Dy);
        (Output x, Output y) = (context.X(0), context.Y());
        if (x.Shape.IsFullyKnown && y.Shape.IsFullyKnown)
        {
            long factor = x.Shape.ElementCount / Math.Max(y.Shape.ElementCount, 1);
            return Op.Divide(spread, context.Graph.Constant(Scalars.Of(factor, spread.DType, "Const")));
        }

        Output count = Divided(Op.Prod(Op.Shape(x)), Op.Prod(Op.Shape(y)));
        return Op.Divide(spread, Op.Cast(count, spread.DType));
    }

    /// <summary>The gradient of a maximum or minimum: all elements that attain it share the gradient.</summary>
    public static Output OfExtreme(GradientContext context)
    {
        Output x = context.X(0), axes = context.X(1);
        Output y = Kept(context, context.Y()), dy = Kept(context, context.Dy);
        Output indicators = Op.Cast(Op.Equal(y, x), dy.DType);
        Output count = Kept(context, Op.Sum(indicators, axes, context.Operation["keep_dims"].Bool));
        return Op.RealDivide(indicators, count, "div") * dy;
    }

    /// <summary>What was reduced, with dimensions of 1 in place of the reduced ones.</summary>
    private static Output Kept(GradientContext context, Output reduced)
    {
        if (context.Operation["keep_dims"].Bool) return reduced;
        if (ConstantFolding.ValueOf(context.X(1)) is not { } axes || !context.X(0).Shape.HasRank)
            throw new NoGradientException(context.Operation, "axes that are not known while the graph is built");
        foreach (int axis in ConstantFolding.Integers(axes)
            .Select(axis => axis < 0 ? axis + context.X(0).Shape.Rank : axis).Distinct().Order())
            reduced = Op.ExpandDims(reduced, axis);
        return reduced;
    }

    private static Output Divided(Output x, Output y) => Op.FloorDiv(x, Op.Maximum(y, 1));
}
