using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.Randoms;

public sealed class RandomCardTests
{
    private const int Seed = 87_654_321;
    private const int Seed2 = 1914;

    [Fact]
    public void Uniform_IsThePhiloxStreamOfItsSeeds()
    {
        using Session session = Over(graph => Random(graph, Cards.RandomUniform, 10), out Output output);
        foreach (ulong run in (ulong[])[0, 1])
        {
            float[] numbers = session.Run<float[]>(output);
            for (int i = 0; i < 10; i++)
            {
                // TensorFlow moves on by 256 draws for each output.
                uint bits = Philox(Seed, (run * 10 * 256) + ((ulong)i / 4), Seed2)[i % 4];
                Assert.Equal((bits & 0x7FFFFF) / (float)(1 << 23), numbers[i]);
            }
        }
    }

    [Fact]
    public void StandardNormal_IsBoxAndMullersOfTheStream()
    {
        using Session session = Over(graph => Random(graph, Cards.RandomStandardNormal, 7), out Output output);
        float[] numbers = session.Run<float[]>(output);
        for (int i = 0; i < 7; i++)
        {
            uint[] draw = Philox(Seed, (ulong)i / 4, Seed2);
            double u = Math.Max((draw[i % 4 / 2 * 2] & 0x7FFFFF) / (double)(1 << 23), 1e-7);
            double angle = 2 * Math.PI * (draw[(i % 4 / 2 * 2) + 1] & 0x7FFFFF) / (1 << 23);
            Assert.Equal((i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle)) * Math.Sqrt(-2 * Math.Log(u)), numbers[i], 1e-5);
        }
    }

    [Fact]
    public void Distributions_HaveTheirMoments()
    {
        const int count = 100_000;
        var graph = new Graph();
        Output[] outputs = [Random(graph, Cards.RandomUniform, count), Random(graph, Cards.RandomStandardNormal, count), Random(graph, Cards.TruncatedNormal, count)];
        using var session = new Session(graph);
        IReadOnlyList<Value> values = session.Run(outputs);

        // Variance of a normal distribution cut at ±2: 1 - 4φ(2)/(2Φ(2) - 1).
        foreach ((Value value, double mean, double variance) in values.Zip([0.5, 0, 0], [1 / 12.0, 1, 0.7737]))
        {
            float[] numbers = value.ToArray<float>();
            double average = numbers.Average(x => (double)x);
            Assert.Equal(mean, average, 0.02);
            Assert.Equal(variance, numbers.Average(x => (x - average) * (x - average)), 0.02);
        }

        Assert.All(values[0].ToArray<float>(), x => Assert.InRange(x, 0, 0.99999994f));
        Assert.All(values[2].ToArray<float>(), x => Assert.InRange(x, -2, 2));
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float64)]
    public void EveryDtype_IsDrawn(DType dtype)
    {
        foreach (OpCard card in (OpCard[])[Cards.RandomUniform, Cards.RandomStandardNormal, Cards.TruncatedNormal])
        {
            using Session session = Over(graph => Random(graph, card, 1000, dtype), out Output output);
            Value value = session.Run(output);
            Assert.Equal(dtype, value.DType);
            Assert.True(new HashSet<string>(Text(value)).Count > 60);
        }

        static IEnumerable<string> Text(Value value) => value.Bytes.ToArray().Chunk(value.DType.Size()).Select(Convert.ToHexString);
    }

    [Fact]
    public void Integers_StayInTheirRange()
    {
        var graph = new Graph();
        Output int32 = Integers(graph, -3, 4), int64 = Integers(graph, -3L, 4L), whole = Integers(graph, int.MinValue, int.MaxValue);
        using var session = new Session(graph);
        int[] numbers = session.Run<int[]>(int32);
        Assert.Equal([-3, -2, -1, 0, 1, 2, 3], numbers.Distinct().Order());
        Assert.Equal([-3L, -2, -1, 0, 1, 2, 3], session.Run<long[]>(int64).Distinct().Order());
        Assert.Contains(session.Run<int[]>(whole), x => x < 0);
        Assert.Equal(-3 + (int)(Philox(Seed, 0, Seed2)[0] % 7), numbers[0]);
    }

    [Fact]
    public void EmptyRangeOfIntegers_IsRefused()
    {
        var graph = new Graph();
        Output output = Integers(graph, 4, 4);
        using var session = new Session(graph);
        var error = Assert.Throws<InvalidArgumentException>(() => session.Run(output));
        Assert.Contains("Need minval < maxval, got 4 >= 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shuffle_KeepsRowsTogether()
    {
        var graph = new Graph();
        float[,] rows = new float[50, 3];
        for (int i = 0; i < 50; i++) (rows[i, 0], rows[i, 1], rows[i, 2]) = (i, i + 0.25f, i + 0.5f);
        Output shuffled = graph.Add(Cards.RandomShuffle, null, [graph.Constant(rows)], ("seed", (long)Seed), ("seed2", (long)Seed2)).Output;
        using var session = new Session(graph);
        float[] first = session.Run(shuffled).ToArray<float>(), second = session.Run(shuffled).ToArray<float>();
        Assert.NotEqual(first, second);
        foreach (float[] row in first.Chunk(3)) Assert.Equal([row[0], row[0] + 0.25f, row[0] + 0.5f], row);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (float)i), first.Chunk(3).Select(row => row[0]).Order());

        // Fisher and Yates on the stream: the first row is the one that the first number names.
        Assert.Equal(Philox(Seed, 0, Seed2)[0] % 50, first[0]);
    }

    [Fact]
    public void Shuffle_PassesStringsAndSmallValues()
    {
        var graph = new Graph();
        Output words = graph.Add(Cards.RandomShuffle, null, [graph.Constant(new[] { "a", "b", "c" })], ("seed", 1L)).Output;
        Output scalar = graph.Add(Cards.RandomShuffle, null, [graph.Constant(5f)]).Output;
        using var session = new Session(graph);
        Assert.Equal(["a", "b", "c"], session.Run<string[]>(words).Order());
        Assert.Equal(5f, session.Run<float>(scalar));
    }

    [Fact]
    public void SameSeeds_GiveTheSameNumbersInEverySession()
    {
        float[] First()
        {
            using Session session = Over(graph => Random(graph, Cards.TruncatedNormal, 33), out Output output);
            return [.. session.Run<float[]>(output), .. session.Run<float[]>(output)];
        }

        float[] numbers = First();
        Assert.Equal(numbers, First());
        Assert.NotEqual(numbers[..33], numbers[33..]);
    }

    [Fact]
    public void Shape_IsReadFromConstants()
    {
        var graph = new Graph();
        Output shape = graph.Constant(new[] { 0, 4 });
        Output output = graph.Add(Cards.RandomUniform, null, [shape], ("dtype", DType.Float32)).Output;
        Assert.Equal([0, 4], output.Shape);
        using var session = new Session(graph);
        Assert.Equal([0, 4], session.Run(output).Shape);
    }

    private static Session Over(Func<Graph, Output> build, out Output output)
    {
        var graph = new Graph();
        output = build(graph);
        return new Session(graph);
    }

    private static Output Random(Graph graph, OpCard card, int count, DType dtype = DType.Float32) => graph.Add(card, null,
        [graph.Constant(new[] { count })], ("dtype", dtype), ("seed", (long)Seed), ("seed2", (long)Seed2)).Output;

    private static Output Integers(Graph graph, Value low, Value high) => graph.Add(Cards.RandomUniformInt, null,
        [graph.Constant(new[] { 1000 }), graph.Constant(low), graph.Constant(high)], ("seed", (long)Seed), ("seed2", (long)Seed2)).Output;

    /// <summary>Philox 4x32-10 by the paper's definition (Salmon et al. 2011).</summary>
    private static uint[] Philox(ulong key, ulong low, ulong high)
    {
        ulong[] x = [(uint)low, low >> 32, (uint)high, high >> 32];
        uint k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < 10; round++)
        {
            UInt128 p0 = (UInt128)0xD2511F53 * x[0], p1 = (UInt128)0xCD9E8D57 * x[2];
            x = [(uint)(p1 >> 32) ^ x[1] ^ k0, (uint)p1, (uint)(p0 >> 32) ^ x[3] ^ k1, (uint)p0];
            k0 = unchecked(k0 + 0x9E3779B9);
            k1 = unchecked(k1 + 0xBB67AE85);
        }

        return [.. x.Select(word => (uint)word)];
    }
}
