using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Tests.Kernels.Elementwise;

public sealed class UnaryLoopTests
{
    [Fact]
    public void Float32_AgreesWithFloat64()
    {
        Check(new Neg(), x => -x, 0);
        Check(new Abs(), Math.Abs, 0);
        Check(new Sign(), x => double.IsNaN(x) ? 0 : Math.Sign(x), 0);
        Check(new Square(), x => x * x, 0.5);
        Check(new Sqrt(), Math.Sqrt, 0.5);
        Check(new Rsqrt(), x => 1 / Math.Abs(Math.Sqrt(x)), 1.5);
        Check(new Reciprocal(), x => 1 / x, 0.5);
        Check(new Exp(), Math.Exp, 1.5);
        Check(new Expm1(), Expm1, 2);
        Check(new Log(), Math.Log, 1.5);
        Check(new Log1p(), Log1p, 3);
        Check(new Floor(), Math.Floor, 0);
        Check(new Ceil(), Math.Ceiling, 0);
        Check(new Round(), x => Math.Round(x, MidpointRounding.ToEven), 0);
        Check(new Sin(), Math.Sin, 1);
        Check(new Cos(), Math.Cos, 1);
        Check(new Tan(), Math.Tan, 1);
        Check(new Asin(), Math.Asin, 1);
        Check(new Acos(), Math.Acos, 1);
        Check(new Atan(), Math.Atan, 1);
        Check(new Tanh(), Math.Tanh, 2.5);
        Check(new Sigmoid(), x => 1 / (1 + Math.Exp(-x)), 2.5, smallest: 3e-39);
        Check(new Softplus(), x => x > 0 ? x + Log1p(Math.Exp(-x)) : Log1p(Math.Exp(x)), 3);
        Check(new Softsign(), x => x / (1 + Math.Abs(x)), 1.5);
        Check(new Relu(), x => x < 0 ? 0 : x, 0);
        Check(new Relu6(), x => x < 0 ? 0 : x > 6 ? 6 : x, 0);
        Check(new LeakyRelu(0.2f), x => x < 0 ? (double)0.2f * x : x, 0.5);
        Check(new Elu(), x => x < 0 ? Expm1(x) : x, 2);
        Check(new Selu(), x => x < 0 ? Selu.ScaleAlpha * Expm1(x) : Selu.Scale * x, 3);
    }

    [Fact]
    public void Float64_AgreesWithTheReference()
    {
        CheckDouble(new Exp(), Math.Exp, 3);
        CheckDouble(new Expm1(), Expm1, 8);
        CheckDouble(new Log(), Math.Log, 3);
        CheckDouble(new Log1p(), Log1p, 6);
        CheckDouble(new Tanh(), Math.Tanh, 8);
        CheckDouble(new Sigmoid(), x => 1 / (1 + Math.Exp(-x)), 3);
        CheckDouble(new Relu(), x => x < 0 ? 0 : x, 0);
        CheckDouble(new Rsqrt(), x => 1 / Math.Abs(Math.Sqrt(x)), 1.5);
        CheckDouble(new Round(), x => Math.Round(x, MidpointRounding.ToEven), 0);
    }

    [Fact]
    public void Bits_DoNotDependOnWhereAnElementStands()
    {
        float[] x = Judge.Floats(97, 5);
        var together = new float[x.Length];
        UnaryLoop.Run<Tanh, float>(new(), x, together);
        for (int i = 0; i < x.Length; i++)
        {
            var alone = new float[1];
            UnaryLoop.Run<Tanh, float>(new(), x.AsSpan(i, 1), alone);
            Assert.Equal(BitConverter.SingleToInt32Bits(together[i]), BitConverter.SingleToInt32Bits(alone[0]));
        }
    }

    [Fact]
    public void LongInput_IsCutWithoutASeam()
    {
        var x = new float[(3 * Chunk.PartLength) + 5];
        for (int i = 0; i < x.Length; i++) x[i] = i % 1000;
        UnaryLoop.Run<Neg, float>(new(), x, x);
        for (int i = 0; i < x.Length; i++) Assert.Equal(-(i % 1000), x[i]);
    }

    [Fact]
    public void Float16_IsRoundedOnce()
    {
        foreach (int length in Judge.Lengths)
        {
            Half[] x = [.. Judge.Floats(length, length).Select(v => (Half)v)];
            var y = new Half[length];
            UnaryLoop.Run<Exp, Half>(new(), x, y);
            for (int i = 0; i < length; i++)
            {
                Half expected = (Half)Math.Exp((double)x[i]);
                Assert.True(expected.Equals(y[i]) || Math.Abs((double)expected - (double)y[i]) <= Math.Abs((double)expected) * 0.001, $"exp({x[i]}) = {y[i]}, not {expected}");
            }
        }
    }

    [Fact]
    public void BFloat16_IsRoundedOnce()
    {
        foreach (int length in Judge.Lengths)
        {
            BFloat16[] x = [.. Judge.Floats(length, length).Select(v => (BFloat16)v)];
            var y = new BFloat16[length];
            UnaryLoop.Run<Square, BFloat16>(new(), x, y);
            for (int i = 0; i < length; i++) Assert.Equal((BFloat16)((float)x[i] * x[i]), y[i]);
        }
    }

    [Fact]
    public void Integers_KeepTheirType()
    {
        int[] x = [3, -4, 0, int.MaxValue, 5, 6, 7, 8, -9];
        var y = new int[x.Length];
        UnaryLoop.Run<Square, int>(new(), x, y);
        for (int i = 0; i < x.Length; i++) Assert.Equal(unchecked(x[i] * x[i]), y[i]);
        UnaryLoop.Run<Sign, int>(new(), x, y);
        Assert.Equal([1, -1, 0, 1, 1, 1, 1, 1, -1], y);
        Assert.Throws<NotSupportedException>(() => UnaryLoop.Run<Exp, int>(new(), x, y));
    }

    [Fact]
    public void OutputOfOtherLength_IsRefused() =>
        Assert.Throws<ArgumentException>(() => UnaryLoop.Run<Neg, float>(new(), new float[3], new float[2]));

    private static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + (x * x / 2) + (x * x * x / 6) : Math.Abs(x) < 0.5 ? ExpSeries(x) : Math.Exp(x) - 1;

    private static double ExpSeries(double x)
    {
        double term = x, sum = x;
        for (int n = 2; n < 30; n++) sum += term *= x / n;
        return sum;
    }

    private static double Log1p(double x)
    {
        if (Math.Abs(x) > 0.3) return Math.Log(1 + x);
        if (x == 0) return x;

        // ln(1 + x) = 2 artanh(x / (2 + x)).
        double s = x / (2 + x), power = s, sum = 0;
        for (int n = 1; n < 60; n += 2, power *= s * s) sum += power / n;
        return 2 * sum;
    }

    private static void Check<TOp>(TOp op, Func<double, double> reference, double ulps, double smallest = 0) where TOp : struct, IUnaryOperator
    {
        foreach (int length in Judge.Lengths)
        {
            float[] x = Judge.Floats(length, length + 1);
            var y = new float[length];
            UnaryLoop.Run<TOp, float>(op, x, y);
            for (int i = 0; i < length; i++)
            {
                double expected = reference(x[i]);
                if (Math.Abs(expected) < smallest) Assert.True(Math.Abs(y[i]) <= 2 * smallest);
                else Judge.Near(expected, y[i], ulps, $"{typeof(TOp).Name}({x[i]:R})");
            }
        }
    }

    private static void CheckDouble<TOp>(TOp op, Func<double, double> reference, double ulps) where TOp : struct, IUnaryOperator
    {
        foreach (int length in Judge.Lengths)
        {
            double[] x = Judge.Doubles(length, length + 1);
            var y = new double[length];
            UnaryLoop.Run<TOp, double>(op, x, y);
            for (int i = 0; i < length; i++) Judge.Near(reference(x[i]), y[i], ulps, $"{typeof(TOp).Name}({x[i]:R})");
        }
    }
}
