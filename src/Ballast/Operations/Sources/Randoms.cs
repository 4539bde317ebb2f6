using Ballast.Graphs;
using Ballast.Kernels.Philox;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    private const string Seeds = "seed: int = 0; seed2: int = 0";

    /// <summary>Uniform numbers in [0, 1).</summary>
    public static readonly OpCard RandomUniform = RandomCard("RandomUniform", "Uniform random numbers in [0, 1).", RandomFill.Uniform);

    /// <summary>Standard normal numbers.</summary>
    public static readonly OpCard RandomStandardNormal = RandomCard("RandomStandardNormal",
        "Normal random numbers of mean 0 and standard deviation 1.", RandomFill.Normal);

    /// <summary>Standard normal numbers within 2 standard deviations.</summary>
    public static readonly OpCard TruncatedNormal = RandomCard("TruncatedNormal",
        "Normal random numbers of mean 0 and standard deviation 1, those beyond 2 standard deviations drawn again.",
        RandomFill.TruncatedNormal);

    /// <summary>Uniform integers in [minval, maxval).</summary>
    public static readonly OpCard RandomUniformInt = new("RandomUniformInt")
    {
        Summary = "Uniform random integers in [minval, maxval), by remainder: slightly uneven unless the range is a power of two.",
        Signature = "shape: T, minval: Tout, maxval: Tout -> output: Tout",
        Attributes = $"{Seeds}; Tout: {{int32, int64}}; T: {{int32, int64}}",
        Shape = context =>
        {
            context.WithRank(1, 0);
            context.WithRank(2, 0);
            context.SetOutput(0, context.InputAsShape(0));
        },
        Kernel = operation => operation["Tout"].Type == DType.Int32 ? Integers32 : Integers64,
        IsStateful = true,
        NotDifferentiable = "random integers",
        Source = "TF 1.14 RandomUniformInt",
    };

    /// <summary>The rows of a value in a random order.</summary>
    public static readonly OpCard RandomShuffle = new("RandomShuffle")
    {
        Summary = "The rows (elements along the first dimension) in a random order.",
        Signature = "value: T -> output: T",
        Attributes = $"{Seeds}; T: type",
        Shape = context => context.SetOutput(0, context.Input(0)),
        Kernel = _ => ShuffleRows,
        IsStateful = true,
        NotDifferentiable = "TensorFlow 1.14 has no gradient for it: shuffle before the part that is differentiated",
        Source = "TF 1.14 RandomShuffle",
    };

    private delegate void Distribution(PhiloxStream stream, DType dtype, Span<byte> y);

    private static OpCard RandomCard(string type, string summary, Distribution distribution) => new(type)
    {
        Summary = summary,
        Signature = "shape: T -> output: dtype",
        Attributes = $"{Seeds}; dtype: {{half, bfloat16, float, double}}; T: {{int32, int64}}",
        Shape = context => context.SetOutput(0, context.InputAsShape(0)),
        Kernel = operation =>
        {
            DType dtype = operation["dtype"].Type;
            return context =>
            {
                Value y = context.Output(0, dtype, Integers.ToShape(context, 0));
                distribution(Draws(context, RandomFill.Reserved(y.Length)), dtype, y.Bytes);
            };
        },
        IsStateful = true,
        NotDifferentiable = "random numbers depend on no input but the shape",
        Source = $"TF 1.14 {type}; Philox 4x32-10 (Salmon et al. 2011)",
    };

    /// <summary>The part of the operation's stream that this run draws from.</summary>
    private static PhiloxStream Draws(KernelContext context, ulong count)
    {
        RandomState state = context.Random;
        return PhiloxStream.Seeded(state.Seed, state.Seed2).Skip(state.Reserve(count));
    }

    private static void Integers32(KernelContext context)
    {
        Value y = context.Output(0, DType.Int32, Integers.ToShape(context, 0));
        if (y.Length == 0) return;
        (int low, int high) = (context.Input(1).Span<int>()[0], context.Input(2).Span<int>()[0]);
        CheckRange(context, low, high);
        RandomFill.Integers(Draws(context, RandomFill.Reserved(y.Length)), low, high, y.Elements<int>());
    }

    private static void Integers64(KernelContext context)
    {
        Value y = context.Output(0, DType.Int64, Integers.ToShape(context, 0));
        if (y.Length == 0) return;
        (long low, long high) = (context.Input(1).Span<long>()[0], context.Input(2).Span<long>()[0]);
        CheckRange(context, low, high);
        RandomFill.Integers(Draws(context, RandomFill.Reserved(y.Length)), low, high, y.Elements<long>());
    }

    private static void CheckRange(KernelContext context, long low, long high)
    {
        if (low >= high) throw context.Invalid($"Need minval < maxval, got {low} >= {high}.");
    }

    private static void ShuffleRows(KernelContext context)
    {
        Value x = context.Input(0);
        int rows = x.Shape.Rank == 0 ? 1 : x.Shape[0];
        if (x.Length == 0 || rows <= 1)
        {
            context.Forward(0, 0);
            return;
        }

        Value order = context.Temporary(DType.Int32, Shape.Vector(rows));
        Shuffle.Permutation(Draws(context, Shuffle.Reserved(rows - 1)), order.Elements<int>());
        Value y = context.Output(0, x.DType, x.Shape);
        int rowLength = x.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            int from = order.Span<int>()[row] * rowLength;
            if (x.DType == DType.String) x.Strings.Slice(from, rowLength).CopyTo(y.Strings[(row * rowLength)..]);
            else CopyRow(x, y, from, row * rowLength, rowLength);
        }

        static void CopyRow(Value x, Value y, int from, int to, int count)
        {
            int size = x.DType.Size();
            x.Bytes.Slice(from * size, count * size).CopyTo(y.Bytes[(to * size)..]);
        }
    }
}
