using Ballast.Graphs;
using Ballast.Operations;

namespace Ballast.Gradients;

/// <summary>Adds up the gradients that one output received from several consumers.</summary>
internal static class GradientSum
{
    /// <summary>Dense ones by AddN; where one is sparse, all are joined as slices, as TensorFlow does.</summary>
    public static Gradient Of(IReadOnlyList<Gradient> gradients)
    {
        if (gradients.All(g => g is DenseGradient)) return Op.AddN([.. gradients.Select(g => g.Values)]);
        return Op.AddN([.. gradients.Select(Op.ToDense)]);
    }
}
