using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using Ballast.Training.Initializers;

namespace Ballast.Tests.Training.Initializers;

public sealed class InitialTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(2000)]
    public void ZerosOnesAndConstant_FillTheShape(int length)
    {
        Assert.All(Draw(Initial.Zeros, [length]), x => Assert.Equal(0f, x));
        Assert.All(Draw(Initial.Ones, [length]), x => Assert.Equal(1f, x));
        Assert.All(Draw(Initial.Constant(-2.5), [length]), x => Assert.Equal(-2.5f, x));
    }

    [Fact]
    public void Names_AreThoseOfTensorFlow()
    {
        var graph = new Graph();
        _ = graph.Variable([3], Initial.Zeros, "small");
        _ = graph.Variable([2000], Initial.Zeros, "large");
        _ = graph.Variable([3, 4], Initial.GlorotUniform(), "kernel");
        string[] names = [.. graph.Operations.Select(o => o.Name)];
        Assert.Contains("small/Initializer/zeros", names);
        Assert.Contains("large/Initializer/zeros/shape_as_tensor", names);
        Assert.Contains("large/Initializer/zeros/Const", names);
        Assert.Contains("large/Initializer/zeros", names);
        Assert.Contains("kernel/Initializer/random_uniform/RandomUniform", names);
        Assert.Contains("kernel/Initializer/random_uniform", names);
    }

    // Of 40,000 numbers the mean is good to 5 σ/200 and the standard deviation to 5 σ/280.
    [Theory]
    [InlineData("uniform", 0.5, 0.8660254)]
    [InlineData("normal", 1, 2)]
    [InlineData("glorot uniform", 0, 0.0707106781)]
    [InlineData("glorot normal", 0, 0.0707106781)]
    [InlineData("he uniform", 0, 0.141421356)]
    [InlineData("he normal", 0, 0.141421356)]
    [InlineData("fan out", 0, 0.0577350269)]
    public void RandomNumbers_HaveTheirMeanAndSpread(string which, double mean, double deviation)
    {
        (Initializer Initializer, Shape Shape) drawn = which switch
        {
            "uniform" => (Initial.Uniform(-1, 2, seed: 1), [40_000]),
            "normal" => (Initial.Normal(1, 2, seed: 1), [40_000]),
            "glorot uniform" => (Initial.GlorotUniform(seed: 1), [100, 300]),
            "glorot normal" => (Initial.GlorotNormal(seed: 1), [100, 300]),
            "he uniform" => (Initial.HeUniform(seed: 1), [100, 300]),
            "he normal" => (Initial.HeNormal(seed: 1), [5, 5, 4, 300]),
            _ => (Initial.VarianceScaling(1, FanMode.Out, ScaledDistribution.Normal, seed: 1), [100, 300]),
        };
        float[] numbers = Draw(drawn.Initializer, drawn.Shape);
        double average = numbers.Average(x => (double)x);
        double spread = Math.Sqrt(numbers.Average(x => (x - average) * (x - average)));
        Assert.InRange(average, mean - (deviation / 30), mean + (deviation / 30));
        Assert.InRange(spread, deviation * 0.975, deviation * 1.025);
    }

    [Fact]
    public void TruncatedNormal_StaysWithinTwoStandardDeviations()
    {
        float[] numbers = Draw(Initial.TruncatedNormal(1, 0.5, seed: 3), [20_000]);
        Assert.All(numbers, x => Assert.InRange(x, 0f, 2f));
        double average = numbers.Average(x => (double)x);
        Assert.InRange(Math.Sqrt(numbers.Average(x => (x - average) * (x - average))), 0.42, 0.46);
    }

    [Fact]
    public void SameSeed_SameNumbersInEverySession()
    {
        Assert.Equal(Draw(Initial.GlorotUniform(seed: 5), [7, 9]), Draw(Initial.GlorotUniform(seed: 5), [7, 9]));
        Assert.NotEqual(Draw(Initial.GlorotUniform(seed: 5), [7, 9]), Draw(Initial.GlorotUniform(seed: 6), [7, 9]));
    }

    [Fact]
    public void WrongArguments_AreRefused()
    {
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => Initial.VarianceScaling(0));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => Initial.VarianceScaling(double.NaN));
        var graph = new Graph();
        _ = Assert.Throws<GraphException>(() => graph.Variable([null, 3], Initial.Zeros, "w"));
        _ = Assert.Throws<GraphException>(() => graph.Variable([3], (g, shape, dtype) => g.Constant(new float[4]), "w"));
        _ = Assert.Throws<GraphException>(() => graph.Variable([3], Initial.Constant(0.5), "counts", DType.Int32));
    }

    private static float[] Draw(Initializer initializer, Shape shape)
    {
        var graph = new Graph { RecordsSource = false };
        Variable variable = graph.Variable(shape, initializer, "w");
        using var session = new Session(graph);
        session.Initialize();
        return session.Read(variable).ToArray<float>();
    }
}
