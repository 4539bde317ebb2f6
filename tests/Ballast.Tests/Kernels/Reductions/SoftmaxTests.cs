using Ballast.Kernels.Reductions;
using Ballast.Tensors;
using Ballast.Tests.Kernels.Elementwise;

namespace Ballast.Tests.Kernels.Reductions;

public sealed class SoftmaxTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 10)]
    [InlineData(5, 33)]
    [InlineData(2, 3000)]
    [InlineData(4000, 9)]
    public void Float32_AgreesWithFloat64(int rows, int classes)
    {
        var random = new Random(rows + classes);
        float[] x = [.. Enumerable.Range(0, rows * classes).Select(_ => (float)((random.NextDouble() - 0.5) * 40))];
        float[] labels = [.. Enumerable.Range(0, rows * classes).Select(_ => random.NextSingle() / classes)];
        float[] y = Run(x, classes, false), log = Run(x, classes, true);
        var loss = new float[rows];
        var backprop = new float[x.Length];
        CrossEntropy.Run(DType.Float32, x.Bytes(), labels.Bytes(), classes, loss.Bytes(), backprop.Bytes());
        for (int row = 0; row < rows; row++)
        {
            double[] logits = [.. x.Skip(row * classes).Take(classes).Select(v => (double)v)];
            double sum = logits.Sum(Math.Exp), expected = 0;
            for (int i = 0; i < classes; i++)
            {
                int at = (row * classes) + i;
                double p = Math.Exp(logits[i]) / sum;
                Judge.Near(p, y[at], 40, $"softmax {at}");
                Assert.Equal(Math.Log(p), log[at], 1e-5);
                Assert.Equal(p - labels[at], backprop[at], 1e-6);
                expected -= labels[at] * Math.Log(p);
            }

            Judge.Near(expected, loss[row], 2, $"loss {row}");
        }
    }

    [Fact]
    public void TensorFlowVectors_Agree()
    {
        AssertCrossEntropy([1, 2, 3], [0, 0, 1], 0.40760595f, [0.09003057f, 0.24472848f, -0.33475906f]);
        AssertCrossEntropy([1000, 0], [0, 1], 1000, [1, -1]);
        AssertCrossEntropy([float.NegativeInfinity, 0], [0, 1], float.NaN, [0, 0]);
        AssertCrossEntropy([2, -1, 0.5f], [.2f, .5f, .3f],
            (float)-((.2 * Math.Log(0.78559703)) + (.5 * Math.Log(0.03911257)) + (.3 * Math.Log(0.1752904))), [0.585597f, -0.4608875f, -0.1247095f]);
    }

    [Fact]
    public void Sparse_AgreesWithDense()
    {
        float[] x = [1, 2, 3, -4, 0.5f, 2];
        var loss = new float[2];
        var sparse = new float[6];
        Assert.Equal(-1, CrossEntropy.RunSparse(DType.Float32, x.Bytes(), [2, 0], 3, loss.Bytes(), sparse.Bytes()));
        var denseLoss = new float[2];
        var dense = new float[6];
        CrossEntropy.Run(DType.Float32, x.Bytes(), ((float[])[0, 0, 1, 1, 0, 0]).Bytes(), 3, denseLoss.Bytes(), dense.Bytes());
        Assert.Equal(dense, sparse);
        Assert.Equal(denseLoss[0], loss[0], 1e-6f);
        Assert.Equal(denseLoss[1], loss[1], 1e-6f);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void ClassOutOfRange_IsReported(long label)
    {
        var loss = new float[2];
        var backprop = new float[6];
        Assert.Equal(1, CrossEntropy.RunSparse(DType.Float32, new float[6].Bytes(), [0, label], 3, loss.Bytes(), backprop.Bytes()));
        Assert.True(float.IsNaN(loss[1]));
        Assert.Equal(MathF.Log(3), loss[0], 1e-6f);
    }

    [Fact]
    public void NonFiniteLogits_MakeTheRowNan()
    {
        float[] y = Run([1, float.NaN, 2, 1, float.PositiveInfinity, 2, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, 0, 0, float.NegativeInfinity], 3, false);
        Assert.All(y[..9], v => Assert.True(float.IsNaN(v)));
        Assert.Equal([0.5f, 0.5f, 0], y[9..]);
    }

    [Fact]
    public void Float16_GoesThroughFloat32()
    {
        Half[] x = [(Half)1, (Half)2, (Half)3];
        var y = new Half[3];
        Softmax.Run(DType.Float16, x.Bytes(), 3, false, y.Bytes());
        float[] wide = Run([1, 2, 3], 3, false);
        Assert.Equal([(Half)wide[0], (Half)wide[1], (Half)wide[2]], y);
    }

    private static void AssertCrossEntropy(float[] logits, float[] labels, float expected, float[] gradient)
    {
        var loss = new float[1];
        var backprop = new float[logits.Length];
        CrossEntropy.Run(DType.Float32, logits.Bytes(), labels.Bytes(), logits.Length, loss.Bytes(), backprop.Bytes());
        Assert.Equal(expected, loss[0], 1e-6f);
        for (int i = 0; i < gradient.Length; i++) Assert.Equal(gradient[i], backprop[i], 1e-6f);
    }

    private static float[] Run(float[] x, int classes, bool logarithm)
    {
        var y = new float[x.Length];
        Softmax.Run(DType.Float32, x.Bytes(), classes, logarithm, y.Bytes());
        return y;
    }
}
