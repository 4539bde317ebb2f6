using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Tests.Kernels.Elementwise;

public sealed class BinaryLoopTests
{
    [Fact]
    public void Float32_AgreesWithFloat64()
    {
        Check(new Add(), (x, y) => x + y, 0.5);
        Check(new Sub(), (x, y) => x - y, 0.5);
        Check(new Mul(), (x, y) => x * y, 0.5);
        Check(new Div(), (x, y) => x / y, 0.5);
        Check(new DivNoNan(), (x, y) => y == 0 ? 0 : x / y, 0.5);
        Check(new SquaredDifference(), (x, y) => (double)(float)(x - y) * (float)(x - y), 0.5);
        Check(new Maximum(), (x, y) => x < y ? y : x, 0);
        Check(new Minimum(), (x, y) => y < x ? y : x, 0);
        Check(new Atan2(), Math.Atan2, 1);
        Check(new Pow(), (x, y) => Math.Pow(x, y), 1.5);
        Check(new FloorDiv(), (x, y) => Math.Floor((double)(float)(x / y)), 0);
    }

    [Fact]
    public void Gradients_FollowTensorFlowsFormulas()
    {
        Check(new ReluGrad(), (g, x) => g * (x > 0 ? 1 : 0), 0);
        Check(new Relu6Grad(), (g, x) => g * (x > 0 && x < 6 ? 1 : 0), 0);
        Check(new LeakyReluGrad(0.2f), (g, x) => x > 0 ? g : g * 0.2f, 0.5);
        Check(new EluGrad(), (g, y) => y < 0 ? (double)(float)(y + 1) * g : g, 0.5);
        Check(new SoftsignGrad(), (g, x) => g / ((1 + Math.Abs(x)) * (1 + Math.Abs(x))), 3, overflows: true);
        Check(new TanhGrad(), (y, g) => g * (double)(float)(1 - (double)(float)(y * y)), 1, overflows: true);
        Check(new SqrtGrad(), (y, g) => g == 0 ? 0 : 0.5 * g / y, 1, overflows: true);
        Check(new SigmoidGrad(), (y, g) => (double)(float)(g * y) * (float)(1 - y), 1, overflows: true);
    }

    [Fact]
    public void GuardedGradients_AreZeroWhereTheIncomingIs()
    {
        float[] y = [float.PositiveInfinity, float.NaN, 0, 2], none = new float[4], one = [1, 1, 1, 1], result = new float[4];
        foreach (float[] g in (float[][])[none, one])
        {
            BinaryLoop.Run<SqrtGrad, float>(new(), y, g, result);
            Assert.Equal(g[0] == 0 ? [0, 0, 0, 0] : [0, float.NaN, float.PositiveInfinity, 0.25f], result);
            BinaryLoop.Run<RsqrtGrad, float>(new(), y, g, result);
            Assert.Equal(g[0] == 0 ? [0, 0, 0, 0] : [float.NegativeInfinity, float.NaN, -0f, -4], result);
            BinaryLoop.Run<ReciprocalGrad, float>(new(), y, g, result);
            Assert.Equal(g[0] == 0 ? [0, 0, 0, 0] : [float.NegativeInfinity, float.NaN, -0f, -4], result);
        }
    }

    [Fact]
    public void ReluGrad_MultipliesSoDeadUnitsShowInfinity()
    {
        var result = new float[2];
        BinaryLoop.Run<ReluGrad, float>(new(), [float.PositiveInfinity, 1], [0, 2], result);
        Assert.Equal([float.NaN, 1], result);
    }

    [Theory]
    [InlineData(new int[0], new int[0])]
    [InlineData(new[] { 5 }, new int[0])]
    [InlineData(new int[0], new[] { 2, 3 })]
    [InlineData(new[] { 3, 1 }, new[] { 1, 4 })]
    [InlineData(new[] { 2, 3, 4 }, new[] { 3, 1 })]
    [InlineData(new[] { 2, 1, 4, 1, 3 }, new[] { 2, 5, 1, 7, 1 })]
    [InlineData(new[] { 2, 1, 2, 1, 2, 1, 2, 1 }, new[] { 1, 3, 1, 3, 1, 3, 1, 3 })]
    [InlineData(new[] { 0, 3 }, new[] { 3 })]
    [InlineData(new[] { 300, 1, 17 }, new[] { 40, 17 })]
    [InlineData(new[] { 70000 }, new[] { 1 })]
    public void Broadcasting_AgreesWithIndexArithmetic(int[] shapeOfX, int[] shapeOfY)
    {
        Broadcast walk = Broadcast.Of(new Shape(shapeOfX), new Shape(shapeOfY));
        float[] x = Count(shapeOfX, 1), y = Count(shapeOfY, 1000), z = new float[walk.Length];
        BinaryLoop.Run<Sub, float>(new(), x, y, z, walk);
        Half[] hx = [.. x.Select(v => (Half)v)], hy = [.. y.Select(v => (Half)v)], hz = new Half[walk.Length];
        BinaryLoop.Run<Sub, Half>(new(), hx, hy, hz, walk);
        var less = new bool[walk.Length];
        CompareLoop.Run<Less, float>(new(), x, y, less, walk);

        int rank = Math.Max(shapeOfX.Length, shapeOfY.Length);
        int[] shape = [.. Enumerable.Range(0, rank).Select(d => Math.Min(Size(shapeOfX, d, rank), Size(shapeOfY, d, rank)) == 0 ? 0 : Math.Max(Size(shapeOfX, d, rank), Size(shapeOfY, d, rank)))];
        Assert.Equal(shape.Aggregate(1, (a, b) => a * b), z.Length);
        for (int i = 0; i < z.Length; i++)
        {
            int a = Index(i, shape, shapeOfX), b = Index(i, shape, shapeOfY);
            Assert.Equal(x[a] - y[b], z[i]);
            Assert.Equal((Half)((float)hx[a] - (float)hy[b]), hz[i]);
            Assert.Equal(x[a] < y[b], less[i]);
        }
    }

    [Fact]
    public void ShapesThatDoNotBroadcast_AreRefused() =>
        Assert.Throws<ArgumentException>(() => Broadcast.Of([2, 3], [2]));

    [Fact]
    public void Integers_DivideAsTensorFlowDoes()
    {
        int[] x = [7, -7, 7, -7, int.MinValue, 0], y = [2, 2, -2, -2, -1, 3], z = new int[6];
        BinaryLoop.Run<Div, int>(new(), x, y, z);
        Assert.Equal([3, -3, -3, 3, int.MinValue, 0], z);
        BinaryLoop.Run<FloorDiv, int>(new(), x, y, z);
        Assert.Equal([3, -4, -4, 3, int.MinValue, 0], z);
        BinaryLoop.Run<FloorMod, int>(new(), x, y, z);
        Assert.Equal([1, 1, -1, -1, 0, 0], z);
        BinaryLoop.Run<Pow, int>(new(), [2, -3, 5, 0, 7, 10], [10, 3, 0, 0, 1, 9], z);
        Assert.Equal([1024, -27, 1, 1, 7, 1_000_000_000], z);
    }

    [Fact]
    public void IntegerDivisionByZero_Throws()
    {
        foreach (int length in Judge.Lengths.Where(n => n > 0))
        {
            int[] y = [.. Enumerable.Repeat(3, length)];
            BinaryLoop.Run<Div, int>(new(), y, y, new int[length]);
            y[new Random(length).Next(length)] = 0;
            Assert.Throws<DivideByZeroException>(() => BinaryLoop.Run<Div, int>(new(), new int[length], y, new int[length]));
            Assert.Throws<DivideByZeroException>(() => BinaryLoop.Run<FloorDiv, int>(new(), new int[length], y, new int[length]));
            Assert.Throws<DivideByZeroException>(() => BinaryLoop.Run<FloorMod, int>(new(), new int[length], y, new int[length]));
        }

        Assert.Throws<ArithmeticException>(() => BinaryLoop.Run<Pow, int>(new(), [2], [-1], new int[1]));
    }

    [Fact]
    public void FloorMod_HasTheSignOfTheDivisor()
    {
        var z = new double[4];
        BinaryLoop.Run<FloorMod, double>(new(), [5.5, -5.5, 5.5, -5.5], [2, 2, -2, -2], z);
        Assert.Equal([1.5, 0.5, -0.5, -1.5], z);
    }

    [Fact]
    public void Nan_FirstOperandWins()
    {
        var z = new float[2];
        BinaryLoop.Run<Maximum, float>(new(), [float.NaN, 1], [1, float.NaN], z);
        Assert.Equal([float.NaN, 1], z);
        BinaryLoop.Run<Minimum, float>(new(), [float.NaN, 1], [1, float.NaN], z);
        Assert.Equal([float.NaN, 1], z);
        BinaryLoop.Run<Minimum, float>(new(), [0f, -0f], [-0f, 0f], z);
        Assert.False(float.IsNegative(z[0]));
        Assert.True(float.IsNegative(z[1]));
    }

    private static int Size(int[] shape, int d, int rank) => d < rank - shape.Length ? 1 : shape[d - rank + shape.Length];

    private static int Index(int i, int[] shape, int[] own)
    {
        int index = 0, stride = 1;
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            (i, int position) = Math.DivRem(i, shape[d]);
            int size = Size(own, d, shape.Length);
            if (size > 1) index += position * stride;
            stride *= size;
        }

        return index;
    }

    private static float[] Count(int[] shape, int start) =>
        [.. Enumerable.Range(start, shape.Aggregate(1, (a, b) => a * b)).Select(v => (float)(v % 2000))];

    private static void Check<TOp>(TOp op, Func<double, double, double> reference, double ulps, bool overflows = false) where TOp : struct, IBinaryOperator
    {
        foreach (int length in Judge.Lengths)
        {
            float[] x = Judge.Floats(length, length + 1), y = Judge.Floats(length, length + 2);
            if (overflows)
                for (int i = 0; i < length; i++) (x[i], y[i]) = (Bounded(x[i]), Bounded(y[i]));
            var z = new float[length];
            BinaryLoop.Run<TOp, float>(op, x, y, z);
            for (int i = 0; i < length; i++)
                Judge.Near(reference(x[i], y[i]), z[i], ulps, $"{typeof(TOp).Name}({x[i]:R}, {y[i]:R})");
        }
    }

    // Where a formula has two steps, the first may leave the range that the reference keeps.
    private static float Bounded(float x) => MathF.Abs(x) is > 1e15f or < 1e-15f ? 0.75f : x;
}
