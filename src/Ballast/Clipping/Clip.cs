using System.Globalization;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Clipping;

/// <summary>
/// The four clips of TensorFlow over the gradients of a graph. Each emits the very operations that TF 1.14 emits, so that
/// the graph means the same there; a session runs the global-norm sequence exactly (in float64) unless told otherwise.
/// </summary>
/// <remarks>
/// A bound given as a C# number is checked when the graph is built; one given as an output (a placeholder, a variable) is
/// taken as it comes, with TensorFlow's results for zero, negative and non-finite bounds.
/// Slices (<see cref="IndexedSlices"/>) keep their indices; repeated rows are not merged first, as in TensorFlow.
/// </remarks>
public static partial class Clip
{
    /// <summary>Brings every element into <c>[minimum, maximum]</c>: the upper bound first, then the lower.</summary>
    /// <param name="gradient">Any shape, floating or integer.</param>
    /// <param name="minimum">The lower bound: a number, or an output of the gradient's shape or one that broadcasts to it.</param>
    /// <param name="maximum">The upper bound, likewise.</param>
    /// <param name="name">The scope, and the name of the result; <c>clip_by_value</c> when null.</param>
    /// <remarks>NaN stays NaN; ±Inf becomes a bound, and so is hidden from any check that comes later.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Both bounds are numbers and <paramref name="minimum"/> exceeds <paramref name="maximum"/>, or one is NaN.</exception>
    /// <exception cref="ShapeMismatchException">A bound would enlarge the gradient.</exception>
    public static Gradient ByValue(Gradient gradient, Operand minimum, Operand maximum, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        CheckBounds(minimum, maximum);
        Graph graph = gradient.Graph;
        using NameScope scope = graph.NameScope(name ?? "clip_by_value");
        Output t = gradient.Values;
        Output upper = graph.Add(Cards.Minimum, "Minimum", [t, maximum.In(graph, t.DType, "Minimum/y")]).Output;
        RequireSameShape(upper, t);
        Output clipped = graph.Add(Cards.Maximum, scope.Name + "/", [upper, minimum.In(graph, t.DType, "y")]).Output;
        RequireSameShape(clipped, t);
        return Like(gradient, clipped);
    }

    /// <summary>Scales the gradient so that its L2 norm is at most <paramref name="clipNorm"/>: each gradient by itself.</summary>
    /// <param name="gradient">Any shape, floating.</param>
    /// <param name="clipNorm">The largest norm that passes. A finite number above 0, or an output.</param>
    /// <param name="axes">The axes over which the norm is taken, negative ones from the end; all when null, none when empty.</param>
    /// <param name="name">The scope, and the name of the result; <c>clip_by_norm</c> when null.</param>
    /// <remarks>
    /// Done per gradient, this changes the direction of the whole step; see the clip by global norm. The product with the
    /// bound comes before the quotient, so an unclipped element may change by one unit in the last place. A NaN makes its
    /// whole group NaN; an Inf becomes NaN and the rest of its group 0; where squares overflow, the group becomes 0.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="clipNorm"/> is a number and not finite and positive.</exception>
    public static Gradient ByNorm(Gradient gradient, Operand clipNorm, IReadOnlyList<int>? axes = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        CheckNorm(clipNorm);
        Graph graph = gradient.Graph;
        using NameScope scope = graph.NameScope(name ?? "clip_by_norm");
        Output t = gradient.Values;
        Output square = graph.Add(Cards.Mul, "mul", [t, t]).Output;
        Output sum = graph.Add(Cards.Sum, "Sum", [square, Axes(square, axes)], ("keep_dims", true)).Output;
        Output positive = graph.Add(Cards.Greater, "Greater", [sum, graph.Constant(Zero(t.DType), "Greater/y")]).Output;
        // Twice selected, so that the gradient of the square root at 0 is never asked for.
        Output ones = graph.Add(Cards.OnesLike, "ones_like", [sum]).Output;
        Output safe = graph.Add(Cards.Select, "Select", [positive, sum, ones]).Output;
        Output root = graph.Add(Cards.Sqrt, "Sqrt", [safe]).Output;
        Output norm = graph.Add(Cards.Select, "Select_1", [positive, root, sum]).Output;
        Output scaled = graph.Add(Cards.Mul, "mul_1", [t, clipNorm.In(graph, t.DType, "mul_1/y")]).Output;
        RequireSameShape(scaled, t);
        Output divisor = graph.Add(Cards.Maximum, "Maximum", [norm, clipNorm.In(graph, t.DType, "Maximum/y")]).Output;
        Output quotient = graph.Add(Cards.RealDiv, "truediv", [scaled, divisor]).Output;
        return Like(gradient, graph.Add(Cards.Identity, scope.Name + "/", [quotient]).Output);
    }

    /// <summary>Scales the gradient so that its L2 norm divided by its number of elements is at most <paramref name="clipNorm"/>.</summary>
    /// <param name="gradient">Dense, float32.</param>
    /// <param name="clipNorm">The largest average norm that passes. A finite number above 0, or an output.</param>
    /// <param name="name">The scope, and the name of the result; <c>clip_by_average_norm</c> when null.</param>
    /// <remarks>The divisor is n, not √n, as in TensorFlow: it equals <see cref="ByNorm"/> with n times the bound.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="clipNorm"/> is a number and not finite and positive.</exception>
    /// <exception cref="GraphException">The gradient is sparse, or not float32.</exception>
    public static Gradient ByAverageNorm(Gradient gradient, Operand clipNorm, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        CheckNorm(clipNorm);
        Graph graph = gradient.Graph;
        Output t = gradient.Values;
        if (gradient is IndexedSlices || t.DType != DType.Float32)
            throw new GraphException("Clip.ByAverageNorm", t.Name, "a dense float32 gradient",
                gradient is IndexedSlices ? "slices" : t.DType.Name(), "Use Clip.ByNorm with the bound times the number of elements.");
        using NameScope scope = graph.NameScope(name ?? "clip_by_average_norm");
        Output size = graph.Add(Cards.Size, "Size", [t]).Output;
        Output count = graph.Add(Cards.Cast, "Cast", [size], ("DstT", DType.Float32)).Output;
        Output square = graph.Add(Cards.Mul, "mul", [t, t]).Output;
        Output sum = graph.Add(Cards.Sum, "Sum", [square, Axes(square, null)]).Output;
        Output inverse = graph.Add(Cards.Rsqrt, "Rsqrt", [sum]).Output;
        Output perNorm = graph.Add(Cards.Mul, "mul_1", [inverse, count]).Output;
        Output one = graph.Constant(1f, "Const_1");
        Output perBound = graph.Add(Cards.RealDiv, "truediv", [one, clipNorm.In(graph, t.DType, "truediv/y")]).Output;
        Output least = graph.Add(Cards.Minimum, "Minimum", [perNorm, perBound]).Output;
        Output scaled = graph.Add(Cards.Mul, "mul_2", [t, clipNorm.In(graph, t.DType, "mul_2/y")]).Output;
        Output product = graph.Add(Cards.Mul, "mul_3", [scaled, least]).Output;
        return graph.Add(Cards.Identity, scope.Name + "/", [product]).Output;
    }

    private static Gradient Like(Gradient gradient, Output values) =>
        gradient is IndexedSlices slices ? slices.WithValues(values) : values;

    private static Output Axes(Output x, IReadOnlyList<int>? axes)
    {
        Graph graph = x.Graph;
        if (axes is not null) return graph.Constant(axes.ToArray(), "Const");
        if (x.Shape.HasRank) return graph.Constant(Enumerable.Range(0, x.Shape.Rank).ToArray(), "Const");
        Output rank = graph.Add(Cards.Rank, "Rank", [x]).Output;
        return graph.Add(Cards.Range, "range", [graph.Constant(0, "range/start"), rank, graph.Constant(1, "range/delta")]).Output;
    }

    private static Value Zero(DType dtype) => Scalars.Of(0, dtype, "Greater/y");

    private static void RequireSameShape(Output result, Output gradient)
    {
        if (!result.Shape.IsCompatibleWith(gradient.Shape))
            throw new ShapeMismatchException(result.Operation.Type, result.Operation.Name, $"bounds that keep the shape {gradient.Shape}",
                $"{result.Shape}", "Give a scalar, or bounds of the gradient's own shape.", result.Operation.Source);
    }

    private static void CheckNorm(Operand clipNorm)
    {
        if (clipNorm.Number is { } number && !(number > 0 && double.IsFinite(number)))
            throw new ArgumentOutOfRangeException(nameof(clipNorm), number,
                "Expected a clip norm that is finite and greater than 0: TensorFlow turns 0 into zeros, a negative one into no clip at all, " +
                "and an infinite one into NaN. To leave gradients as they are, leave the clip out.");
    }

    private static void CheckBounds(Operand minimum, Operand maximum)
    {
        if (minimum.Number is { } low && double.IsNaN(low)) throw NotANumber(nameof(minimum));
        if (maximum.Number is { } high && double.IsNaN(high)) throw NotANumber(nameof(maximum));
        if (minimum.Number > maximum.Number)
            throw new ArgumentOutOfRangeException(nameof(minimum), minimum.Number, string.Create(CultureInfo.InvariantCulture,
                $"Expected a lower bound of at most {maximum.Number}, got {minimum.Number}: every element would become the lower bound."));

        static ArgumentOutOfRangeException NotANumber(string bound) =>
            new(bound, double.NaN, "Expected a number as bound, got NaN, which TensorFlow ignores.");
    }
}
