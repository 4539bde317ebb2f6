using System.Globalization;
using Ballast.Graphs;
using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Numbers at equal distances, up to a limit.</summary>
    public static readonly OpCard Range = new("Range")
    {
        Summary = "start, start + delta, start + 2·delta, … up to but without limit.",
        Signature = "start: Tidx, limit: Tidx, delta: Tidx -> output: Tidx",
        Attributes = "Tidx: {bfloat16, float, double, int32, int64} = int32",
        Shape = context =>
        {
            for (int i = 0; i < 3; i++) context.WithRank(i, 0);
            if (context.Constant(0) is not { } start || context.Constant(1) is not { } limit || context.Constant(2) is not { } delta)
            {
                context.SetOutput(0, Shape.UnknownOfRank(1));
                return;
            }

            long count = RangeCount(start, limit, delta);
            if (count is < 0 or > int.MaxValue)
                throw context.Mismatch("a delta that leads from start to limit", RangeText(start, limit, delta), "Turn its sign.");
            context.SetOutput(0, Shape.Vector((int)count));
        },
        Kernel = operation =>
        {
            DType dtype = operation["Tidx"].Type;
            return context =>
            {
                Value start = context.Input(0), limit = context.Input(1), delta = context.Input(2);
                if (!start.Shape.IsScalar || !limit.Shape.IsScalar || !delta.Shape.IsScalar)
                    throw context.Invalid($"Expected scalars, got shapes {start.Shape}, {limit.Shape} and {delta.Shape}.");
                long count = RangeCount(start, limit, delta);
                if (count is < 0 or > int.MaxValue)
                    throw context.Invalid($"Expected a delta that leads from start to limit, got {RangeText(start, limit, delta)}.");
                Value y = context.Output(0, dtype, Shape.Vector((int)count));
                Progression.Write(dtype, start.Bytes, delta.Bytes, y.Bytes);
            };
        },
        NotDifferentiable = "TensorFlow treats its inputs as indices",
        Source = "TF 1.14 Range",
    };

    /// <summary>So many numbers at equal distances, between two ends.</summary>
    public static readonly OpCard LinSpace = new("LinSpace")
    {
        Summary = "num numbers at equal distances from start to stop, both included.",
        Signature = "start: T, stop: T, num: Tidx -> output: T",
        Attributes = "T: {bfloat16, float, double}; Tidx: index = int32",
        Shape = context =>
        {
            for (int i = 0; i < 3; i++) context.WithRank(i, 0);
            if (context.Constant(2) is not { } num)
            {
                context.SetOutput(0, Shape.UnknownOfRank(1));
                return;
            }

            long count = Integers.At(num, 0);
            if (count is < 1 or > int.MaxValue)
                throw context.Mismatch("num of at least 1", count.ToString(CultureInfo.InvariantCulture));
            context.SetOutput(0, Shape.Vector((int)count));
        },
        Kernel = operation =>
        {
            DType dtype = operation["T"].Type;
            return context =>
            {
                Value start = context.Input(0), stop = context.Input(1), num = context.Input(2);
                if (!start.Shape.IsScalar || !stop.Shape.IsScalar || !num.Shape.IsScalar)
                    throw context.Invalid($"Expected scalars, got shapes {start.Shape}, {stop.Shape} and {num.Shape}.");
                long count = Integers.At(num, 0);
                if (count is < 1 or > int.MaxValue) throw context.Invalid($"Requires num > 0: {count}.");
                Value y = context.Output(0, dtype, Shape.Vector((int)count));
                Progression.Divide(dtype, start.Bytes, stop.Bytes, y.Bytes);
            };
        },
        NotDifferentiable = "TensorFlow registers it so",
        Source = "TF 1.14 LinSpace",
    };

    private static long RangeCount(Value start, Value limit, Value delta) => start.DType switch
    {
        DType.Int32 or DType.Int64 => Progression.Count(Integers.At(start, 0), Integers.At(limit, 0), Integers.At(delta, 0)),
        DType.Float32 => Progression.Count(start.Span<float>()[0], limit.Span<float>()[0], delta.Span<float>()[0]),
        DType.Float64 => Progression.Count(start.Span<double>()[0], limit.Span<double>()[0], delta.Span<double>()[0]),
        _ => Progression.Count(start.Span<BFloat16>()[0], limit.Span<BFloat16>()[0], delta.Span<BFloat16>()[0]),
    };

    private static string RangeText(Value start, Value limit, Value delta) =>
        $"start {start.Element(0)}, limit {limit.Element(0)}, delta {delta.Element(0)}";
}

public static partial class Op
{
    /// <summary>start, start + delta, … up to but without <paramref name="limit"/>, in the dtype of the outputs among the three.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="limit">What is not reached.</param>
    /// <param name="delta">The distance, not 0; negative to count down. Default: 1.</param>
    /// <param name="name">The name; <c>range</c> when null.</param>
    /// <exception cref="ArgumentException">None of the three is an output: use <c>graph.Range</c>.</exception>
    public static Output Range(Operand start, Operand limit, Operand? delta = null, string? name = null)
    {
        Output known = start.Output ?? limit.Output ?? delta?.Output ?? throw new ArgumentException(
            "Range: expected an output among start, limit and delta, got three numbers. Use graph.Range.", nameof(limit));
        return RangeOf(known.Graph, known.DType, start, limit, delta ?? 1, name);
    }

    internal static Output RangeOf(Graph graph, DType dtype, Operand start, Operand limit, Operand delta, string? name)
    {
        using NameScope scope = graph.NameScope(name ?? "range");
        return graph.Add(Cards.Range, $"{scope.Name}/",
            [start.In(graph, dtype, "start"), limit.In(graph, dtype, "limit"), delta.In(graph, dtype, "delta")]).Output;
    }
}

/// <summary>Numbers at equal distances, from numbers.</summary>
public static class GraphRanges
{
    extension(Graph graph)
    {
        /// <summary>start, start + delta, … up to but without <paramref name="limit"/>.</summary>
        /// <param name="start">The first number.</param>
        /// <param name="limit">What is not reached.</param>
        /// <param name="delta">The distance, not 0; negative to count down. Default: 1.</param>
        /// <param name="dtype">int32 (the default), int64, float32, float64 or bfloat16.</param>
        /// <param name="name">The name; <c>range</c> when null.</param>
        /// <exception cref="ShapeMismatchException"><paramref name="delta"/> does not lead from start to limit.</exception>
        public Output Range(Operand start, Operand limit, Operand? delta = null, DType dtype = DType.Int32, string? name = null) =>
            Op.RangeOf(graph, dtype, start, limit, delta ?? 1, name);

        /// <summary><paramref name="count"/> numbers at equal distances from <paramref name="start"/> to <paramref name="stop"/>, both included.</summary>
        /// <param name="start">The first number.</param>
        /// <param name="stop">The last number, exactly.</param>
        /// <param name="count">How many, 1 or more; a single one is the start.</param>
        /// <param name="dtype">float32 (the default), float64 or bfloat16.</param>
        /// <param name="name">The name; <c>LinSpace</c> when null.</param>
        /// <exception cref="ShapeMismatchException"><paramref name="count"/> is less than 1.</exception>
        public Output LinSpace(Operand start, Operand stop, Operand count, DType dtype = DType.Float32, string? name = null)
        {
            using NameScope scope = graph.NameScope(name ?? "LinSpace");
            return graph.Add(Cards.LinSpace, $"{scope.Name}/",
                [start.In(graph, dtype, "start"), stop.In(graph, dtype, "stop"), count.In(graph, DType.Int32, "num")]).Output;
        }
    }
}
