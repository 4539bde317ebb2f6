using Ballast.Graphs;
using Ballast.Kernels.Reductions;
using Ballast.Tensors;

namespace Ballast.Sessions.Planning;

/// <summary>
/// Recognises TensorFlow's global norm, √(2·Σ L2Loss(gᵢ)), and the clip that follows it (1.14's form), and runs them
/// exactly: squares summed in float64, the scale kept in float64, gradients below the bound passed on untouched.
/// </summary>
/// <remarks>
/// The norm that the graph sees is the exact one rounded to the gradients' dtype. The scale that the graph would see is not
/// made: where something else reads it, the sequence is left alone.
/// </remarks>
internal sealed class GlobalNormClip : IFusion
{
    public List<PlanStep> Apply(List<PlanStep> steps, IReadOnlySet<Output> kept)
    {
        var graph = new StepGraph(steps, kept);
        foreach (PlanStep step in steps)
        {
            if (step.Operation.Type != "Sqrt" || FindNorm(graph, step.Operation) is not { } norm) continue;
            HiddenEdge exact = new();
            graph.Replace(step.Operation, new PlanStep(step.Operation, norm.Gradients,
                [step.Operation.Output, exact], NormKernel(step.Operation.Output.DType)));
            graph.Remove(norm.Absorbed);
            foreach (ClipScale clip in FindScales(graph, step.Operation.Output)) Fuse(graph, clip, exact);
        }

        return graph.Steps();
    }

    private static void Fuse(StepGraph graph, ClipScale clip, HiddenEdge exact)
    {
        graph.Remove([clip.Select, .. clip.Absorbed]);
        foreach (Operation product in clip.Products)
            graph.Replace(product, new PlanStep(product, [product.Inputs[0], exact, clip.ClipNorm], product.Outputs, ProductKernel));
    }

    /// <summary>Sqrt ← Mul(·, 2) ← Sum ← Pack ← L2Loss of each gradient.</summary>
    private static (IReadOnlyList<Output> Gradients, IReadOnlyList<Operation> Absorbed)? FindNorm(StepGraph graph, Operation root)
    {
        Operation twice = root.Inputs[0].Operation;
        if (!graph.IsPrivate(twice, "Mul") || !IsConstant(twice.Inputs[1], 2)) return null;
        Operation sum = twice.Inputs[0].Operation;
        if (!graph.IsPrivate(sum, "Sum") || sum["keep_dims"].Bool) return null;
        Operation pack = sum.Inputs[0].Operation;
        if (!graph.IsPrivate(pack, "Pack")) return null;
        Operation[] halves = [.. pack.Inputs.Select(input => input.Operation)];
        if (!halves.All(half => graph.IsPrivate(half, "L2Loss"))) return null;
        return ([.. halves.Select(half => half.Inputs[0])], [twice, sum, pack, .. halves]);
    }

    /// <summary>Select(IsFinite(n), c · Minimum(1/n, 1/c), NaN), read only by products with gradients.</summary>
    private static IEnumerable<ClipScale> FindScales(StepGraph graph, Output norm)
    {
        foreach (Operation finite in graph.Readers(norm).Where(reader => graph.IsPrivate(reader, "IsFinite")))
        {
            Operation select = graph.Readers(finite.Output).Single();
            if (select.Type != "Select" || select.Inputs[0] != finite.Output || !IsNaN(select.Inputs[2])
                || graph.IsKept(select.Output)) continue;
            Operation factor = select.Inputs[1].Operation;
            if (!graph.IsPrivate(factor, "Mul")) continue;
            Operation least = factor.Inputs[1].Operation;
            if (!graph.IsPrivate(least, "Minimum")) continue;
            Operation perNorm = least.Inputs[0].Operation, perBound = least.Inputs[1].Operation;
            if (!graph.IsPrivate(perNorm, "RealDiv") || perNorm.Inputs[1] != norm || !IsConstant(perNorm.Inputs[0], 1)) continue;
            if (!IsReciprocalOf(graph, perBound, factor.Inputs[0])) continue;
            Operation[] products = [.. graph.Readers(select.Output)];
            if (!products.All(p => p.Type == "Mul" && p.Inputs[1] == select.Output && p.Inputs[0] != select.Output)) continue;
            Operation[] absorbed = graph.Contains(perBound)
                ? [finite, factor, least, perNorm, perBound]
                : [finite, factor, least, perNorm];
            yield return new ClipScale(select, factor.Inputs[0], products, absorbed);
        }
    }

    /// <summary>1/c, perhaps already folded; c stands twice in the graph when it is a constant.</summary>
    private static bool IsReciprocalOf(StepGraph graph, Operation quotient, Output clipNorm)
    {
        if (quotient.Type != "RealDiv" || !IsConstant(quotient.Inputs[0], 1)) return false;
        if (graph.Contains(quotient) && !graph.IsPrivate(quotient, "RealDiv")) return false;
        return quotient.Inputs[1] == clipNorm
            || (ConstantFolding.ValueOf(quotient.Inputs[1]) is { } a && ConstantFolding.ValueOf(clipNorm) is { } b
                && a.Length == 1 && b.Length == 1 && a.Bytes.SequenceEqual(b.Bytes));
    }

    private static bool IsConstant(Output output, double number) =>
        ConstantFolding.ValueOf(output) is { Length: 1 } value && Number(value) == number;

    private static bool IsNaN(Output output) =>
        ConstantFolding.ValueOf(output) is { Length: 1 } value && double.IsNaN(Number(value));

    private static double Number(Value value) => value.DType switch
    {
        DType.Float32 => value.Span<float>()[0],
        DType.Float64 => value.Span<double>()[0],
        DType.Float16 => (double)value.Span<Half>()[0],
        DType.BFloat16 => value.Span<BFloat16>()[0],
        _ => double.NegativeInfinity,
    };

    private static Kernel NormKernel(DType dtype) => context =>
    {
        SquareSum sum = default;
        for (int i = 0; i < context.InputCount; i++)
        {
            Value gradient = context.Input(i);
            sum += dtype switch
            {
                DType.Float32 => Norm.Squares(gradient.Span<float>()),
                DType.Float64 => Norm.Squares(gradient.Span<double>()),
                DType.Float16 => Norm.Squares(gradient.Span<Half>()),
                _ => Norm.Squares(gradient.Span<BFloat16>()),
            };
        }

        double norm = sum.Root;
        context.Output(1, DType.Float64, Shape.Scalar).Elements<double>()[0] = norm;
        Value rounded = context.Output(0, dtype, Shape.Scalar);
        if (dtype == DType.Float32) rounded.Elements<float>()[0] = (float)norm;
        else if (dtype == DType.Float64) rounded.Elements<double>()[0] = norm;
        else if (dtype == DType.Float16) rounded.Elements<Half>()[0] = (Half)norm;
        else rounded.Elements<BFloat16>()[0] = (BFloat16)norm;
    };

    /// <summary>A gradient within the bound passes as it is, whatever the product of bound and reciprocal would round to.</summary>
    private static void ProductKernel(KernelContext context)
    {
        Value gradient = context.Input(0);
        double norm = context.Input(1).Span<double>()[0], bound = Number(context.Input(2));
        bool isFinite = double.IsFinite(norm) && double.IsFinite(bound);
        if (isFinite && (norm <= bound || bound < 0))
        {
            context.Forward(0, 0);
            return;
        }

        Value product = context.OutputInPlaceOf(0, 0, gradient.DType, gradient.Shape);
        if (product != gradient) gradient.Bytes.CopyTo(product.Bytes);
        if (!isFinite) norm = double.NaN;
        switch (gradient.DType)
        {
            case DType.Float32: Scaling.Run(product.Elements<float>(), norm, bound); break;
            case DType.Float64: Scaling.Run(product.Elements<double>(), norm, bound); break;
            case DType.Float16: Scaling.Run(product.Elements<Half>(), norm, bound); break;
            default: Scaling.Run(product.Elements<BFloat16>(), norm, bound); break;
        }
    }

    private sealed record ClipScale(Operation Select, Output ClipNorm, Operation[] Products, Operation[] Absorbed);
}
