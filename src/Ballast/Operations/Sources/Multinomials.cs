using Ballast.Graphs;
using Ballast.Kernels;
using Ballast.Kernels.Philox;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Classes drawn from unscaled log-probabilities.</summary>
    public static readonly OpCard Multinomial = new("Multinomial")
    {
        Summary = "For each row of logits, num_samples classes drawn with probabilities proportional to exp(logits); non-finite logits are never drawn.",
        Signature = "logits: T, num_samples: int32 -> output: output_dtype",
        Attributes = $"{Seeds}; T: {{half, bfloat16, float, double}}; output_dtype: {{int32, int64}} = int64",
        Shape = context =>
        {
            Shape logits = context.WithRank(0, 2);
            context.WithRank(1, 0);
            context.SetOutput(0, Shape.Matrix(logits[0], context.Constant(1) is { } samples ? samples.Scalar<int>() : -1));
        },
        Kernel = operation => operation["output_dtype"].Type == DType.Int32 ? MultinomialKernel<int>(operation) : MultinomialKernel<long>(operation),
        IsStateful = true,
        NotDifferentiable = "random integers",
        Source = "TF 1.14 Multinomial",
    };

    private static unsafe Kernel MultinomialKernel<TClass>(Operation operation) where TClass : unmanaged
    {
        DType dtype = operation["output_dtype"].Type;
        return context =>
        {
            Value logits = context.Input(0);
            int samples = context.Input(1).Span<int>()[0];
            if (logits.Shape.Rank != 2) throw context.Invalid($"Expected logits [rows, classes], got {logits.Shape}.");
            if (samples < 0) throw context.Invalid($"Expected num_samples of 0 or more, got {samples}.");
            (int rows, int classes) = (logits.Shape[0], logits.Shape[1]);
            Value output = context.Output(0, dtype, Shape.Matrix(rows, samples));
            if (output.Length == 0) return;
            if (classes == 0) throw context.Invalid($"Expected at least one class, got logits {logits.Shape}.");
            using Scratch loan = Scratch.Borrow(classes, out double* memory);
            var sums = new Span<double>(memory, classes);
            var reader = new PhiloxReader(Draws(context, Categorical.Reserved(rows, samples)));
            Span<TClass> drawn = output.Elements<TClass>();
            for (int row = 0; row < rows; row++)
            {
                for (int c = 0; c < classes; c++) sums[c] = FloatingAt(logits, (row * classes) + c);
                if (Categorical.Accumulate(sums) == 0)
                    throw context.Invalid($"Expected a finite logit in every row, got none in row {row}. Look upstream for where they became NaN or ±Inf.");
                for (int i = 0; i < samples; i++)
                {
                    int label = Categorical.Draw(ref reader, sums);
                    if (typeof(TClass) == typeof(int)) drawn[(row * samples) + i] = (TClass)(object)label;
                    else drawn[(row * samples) + i] = (TClass)(object)(long)label;
                }
            }
        };
    }

    private static double FloatingAt(Value value, int index) => value.DType switch
    {
        DType.Float32 => value.Span<float>()[index],
        DType.Float64 => value.Span<double>()[index],
        DType.Float16 => (double)value.Span<Half>()[index],
        _ => value.Span<BFloat16>()[index],
    };
}

public static partial class Op
{
    /// <summary>Draws classes for each row of logits.</summary>
    /// <param name="logits">Unscaled log-probabilities, floating, <c>[rows, classes]</c>. Non-finite ones are never drawn.</param>
    /// <param name="samples">How many to draw for each row.</param>
    /// <param name="seed">The operation's own seed; with null, the graph's seed decides, or else the session's.</param>
    /// <param name="dtype">int64 (the default) or int32.</param>
    /// <param name="name">The scope; <c>multinomial</c> when null.</param>
    /// <returns>Class numbers, <c>[rows, samples]</c>. A run fails when a row has no finite logit.</returns>
    public static Output Multinomial(Output logits, int samples, int? seed = null, DType dtype = DType.Int64, string? name = null)
    {
        using NameScope scope = logits.Graph.NameScope(name ?? "multinomial");
        return RandomOperations.Draw(logits.Graph, Cards.Multinomial, null,
            [logits, logits.Graph.Constant(samples, "Multinomial/num_samples")], seed, ("output_dtype", dtype));
    }
}
