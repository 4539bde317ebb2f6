using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;
using Ballast.Training.Optimizers;

namespace Ballast.Cli.Runs;

/// <summary>
/// Lets an optimizer work in float32 for a model of 16-bit weights: it updates a float32 copy, and the weights are set
/// to the copy, rounded. In 16 bits small updates would round away, and Adam's β₂ = 0.999 would be 1
/// (Micikevicius et al., "Mixed precision training", 2018).
/// </summary>
internal static class MasterWeights
{
    /// <summary>The pairs as the optimizer shall see them: gradients in float32, and the copies in place of 16-bit weights.</summary>
    public static IReadOnlyList<(Gradient? Gradient, Variable Variable)> Widen(
        IReadOnlyList<(Gradient? Gradient, Variable Variable)> pairs) =>
        [.. pairs.Select(p => IsNarrow(p.Variable) ? (Wide(p.Gradient), Copy(p.Variable)) : p)];

    /// <summary>Applies the gradients, and sets 16-bit weights to their copies.</summary>
    public static Operation Apply(Optimizer optimizer, IReadOnlyList<(Gradient? Gradient, Variable Variable)> wide,
        IReadOnlyList<Variable> weights, Variable globalStep)
    {
        Operation update = optimizer.ApplyGradients(wide, globalStep);
        Graph graph = globalStep.Graph;
        using (graph.ControlDependencies(update))
        {
            Operation[] copies = [.. weights.Zip(wide).Where(p => IsNarrow(p.First))
                .Select(p => p.First.Assign(Op.Cast(p.Second.Variable.Read(), p.First.DType)))];
            return copies.Length == 0 ? update : Op.Group(copies, "narrow");
        }
    }

    private static bool IsNarrow(Variable variable) => variable.DType is DType.Float16 or DType.BFloat16;

    private static Variable Copy(Variable variable) =>
        variable.Graph.Variable(Op.Cast(variable.InitialValue, DType.Float32), $"{variable.Name}/master");

    private static Gradient? Wide(Gradient? gradient) =>
        gradient is null ? null : (Gradient)Op.Cast(gradient.Values, DType.Float32);
}
