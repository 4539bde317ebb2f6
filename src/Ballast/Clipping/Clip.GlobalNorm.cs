using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Clipping;

/// <content>The clip by the joint norm of all gradients.</content>
public static partial class Clip
{
    private static readonly int[] FirstAxis = [0];

    /// <summary>The L2 norm of all gradients together, as one long vector.</summary>
    /// <param name="gradients">Floating gradients of one dtype; nulls are passed over, of slices the rows count as they stand.</param>
    /// <param name="name">The scope; <c>global_norm</c> when null.</param>
    /// <returns>A scalar of the gradients' dtype.</returns>
    /// <remarks>NaN if any element is NaN, else +Inf if any is ±Inf.</remarks>
    /// <exception cref="GraphException">The gradients are of different dtypes.</exception>
    /// <exception cref="ArgumentException">There is no gradient but nulls.</exception>
    public static Output GlobalNorm(IEnumerable<Gradient?> gradients, string? name = null)
    {
        Gradient[] present = [.. gradients.OfType<Gradient>()];
        if (present.Length == 0)
            throw new ArgumentException("Expected at least one gradient that is not null. No variable is connected to the loss: check what the loss is computed from.",
                nameof(gradients));
        Graph graph = present[0].Graph;
        using NameScope scope = graph.NameScope(name ?? "global_norm");
        Output[] halves = [.. present.Select(g => graph.Add(Cards.L2Loss, "L2Loss", [g.Values], At(g)).Output)];
        Output stack = graph.Add(Cards.Pack, "stack", halves).Output;
        Output sum = graph.Add(Cards.Sum, "Sum", [stack, graph.Constant(FirstAxis, "Const")]).Output;
        Output two = graph.Constant(Scalars.Of(2, sum.DType, "Const_1"), "Const_1");
        Output square = graph.Add(Cards.Mul, "mul", [sum, two]).Output;
        return graph.Add(Cards.Sqrt, "global_norm", [square]).Output;
    }

    /// <summary>Scales all gradients by one factor so that their joint L2 norm is at most <paramref name="clipNorm"/>.</summary>
    /// <param name="gradients">Floating gradients of one dtype; null stays null, slices keep their indices.</param>
    /// <param name="clipNorm">The largest norm that passes. A finite number above 0, or a scalar output.</param>
    /// <param name="useNorm">A norm computed elsewhere, trusted as it is; <see cref="GlobalNorm"/> of the gradients when null.</param>
    /// <param name="name">The scope; <c>global_norm</c> and <c>clip_by_global_norm</c> when null.</param>
    /// <returns>The clipped gradients in order, and the norm <i>before</i> clipping: fetch it beside the step to watch it.</returns>
    /// <remarks>
    /// If the norm is NaN or ±Inf, every gradient becomes NaN, as in TF 1.14 (1.11 to 1.13 failed the run, 1.10 and before
    /// zeroed the finite ones): no factor repairs Inf, and half-repaired gradients would hide it. Check the norm before the apply.
    /// Source: TF 1.14 clip_by_global_norm; Pascanu et al. 2013.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="clipNorm"/> is a number and not finite and positive.</exception>
    public static (IReadOnlyList<Gradient?> Gradients, Output GlobalNorm) ByGlobalNorm(
        IEnumerable<Gradient?> gradients, Operand clipNorm, Output? useNorm = null, string? name = null)
    {
        CheckNorm(clipNorm);
        Gradient?[] all = [.. gradients];
        Output norm = useNorm ?? GlobalNorm(all, name);
        Graph graph = norm.Graph;
        using NameScope scope = graph.NameScope(name ?? "clip_by_global_norm");
        Output scale = Scale(graph, norm, clipNorm);
        var clipped = new Gradient?[all.Length];
        string lastPart = scope.Name[(scope.Name.LastIndexOf('/') + 1)..];
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i] is not { } gradient) continue;
            Output product = graph.Add(Cards.Mul, "mul", [gradient.Values, scale], At(gradient)).Output;
            clipped[i] = Like(gradient, graph.Add(Cards.Identity, $"{lastPart}/_{i}", [product], At(gradient)).Output);
        }

        return (clipped, norm);
    }

    /// <summary>
    /// Scales the gradients of variables by one factor, as the other overload does: takes the pairs
    /// that an optimizer's ComputeGradients gives, and gives those that its ApplyGradients takes.
    /// </summary>
    /// <param name="gradients">Pairs of gradients and variables; a null gradient stays null.</param>
    /// <param name="clipNorm">The largest norm that passes. A finite number above 0, or a scalar output.</param>
    /// <param name="useNorm">A norm computed elsewhere, trusted as it is; the norm of the gradients when null.</param>
    /// <param name="name">The scope; <c>global_norm</c> and <c>clip_by_global_norm</c> when null.</param>
    /// <returns>The pairs with clipped gradients, and the norm before clipping.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="clipNorm"/> is a number and not finite and positive.</exception>
    public static (IReadOnlyList<(Gradient? Gradient, Variable Variable)> Gradients, Output GlobalNorm) ByGlobalNorm(
        IReadOnlyList<(Gradient? Gradient, Variable Variable)> gradients, Operand clipNorm, Output? useNorm = null,
        string? name = null)
    {
        (IReadOnlyList<Gradient?> clipped, Output norm) =
            ByGlobalNorm(gradients.Select(pair => pair.Gradient), clipNorm, useNorm, name);
        return ([.. clipped.Zip(gradients, (gradient, pair) => (gradient, pair.Variable))], norm);
    }

    /// <summary>min(1/norm, 1/clipNorm) · clipNorm, or NaN where the norm is not finite.</summary>
    private static Output Scale(Graph graph, Output norm, Operand clipNorm)
    {
        DType dtype = norm.DType;
        Output perNorm = graph.Add(Cards.RealDiv, "truediv", [One("truediv/x"), norm]).Output;
        Output one = One("Const");
        Output perBound = graph.Add(Cards.RealDiv, "truediv_1", [one, clipNorm.In(graph, dtype, "truediv_1/y")]).Output;
        Output least = graph.Add(Cards.Minimum, "Minimum", [perNorm, perBound]).Output;
        Output factor = graph.Add(Cards.Mul, "mul", [clipNorm.In(graph, dtype, "mul/x"), least]).Output;
        Output finite = graph.Add(Cards.IsFinite, "IsFinite", [norm]).Output;
        Output nan = graph.Constant(Scalars.Of(double.NaN, dtype, "Const_1"), "Const_1");
        return graph.Add(Cards.Select, "Select", [finite, factor, nan]).Output;

        Output One(string name) => graph.Constant(Scalars.Of(1, dtype, name), name);
    }

    /// <summary>TensorFlow's wish to run beside what made the gradient.</summary>
    private static (string, AttributeValue) At(Gradient gradient) =>
        ("_class", AttributeValue.OfList([$"loc:@{gradient.Values.Operation.Name}"]));
}
