using Ballast.Kernels.Elementwise;
using Ballast.Tensors;

namespace Ballast.Tests.Kernels.Elementwise;

public sealed class CompareLoopTests
{
    [Fact]
    public void Comparisons_AgreeWithCSharp()
    {
        Check(new Equal(), (x, y) => x == y);
        Check(new NotEqual(), (x, y) => x != y);
        Check(new Less(), (x, y) => x < y);
        Check(new LessEqual(), (x, y) => x <= y);
        Check(new Greater(), (x, y) => x > y);
        Check(new GreaterEqual(), (x, y) => x >= y);
        Check(new IsNan(), (x, _) => double.IsNaN(x));
        Check(new IsInf(), (x, _) => double.IsInfinity(x));
        Check(new IsFinite(), (x, _) => double.IsFinite(x));
    }

    private static void Check<TOp>(TOp op, Func<double, double, bool> reference) where TOp : struct, IComparison
    {
        foreach (int length in Judge.Lengths)
        {
            float[] x = Judge.Floats(length, length), y = [.. x];
            for (int i = 0; i < length; i += 2) y[i] = x[(i + 1) % length];
            Broadcast walk = Broadcast.Of(length, length);
            bool[] expected = [.. x.Zip(y, (a, b) => reference(a, b))];
            var z = new bool[length];
            CompareLoop.Run<TOp, float>(op, x, y, z, walk);
            Assert.Equal(expected, z);
            Array.Clear(z);
            CompareLoop.Run<TOp, double>(op, [.. x.Select(v => (double)v)], [.. y.Select(v => (double)v)], z, walk);
            Assert.Equal(expected, z);
            BFloat16[] bx = [.. x.Select(v => (BFloat16)v)], by = [.. y.Select(v => (BFloat16)v)];
            CompareLoop.Run<TOp, BFloat16>(op, bx, by, z, walk);
            Assert.Equal(bx.Zip(by, (a, b) => reference((float)a, (float)b)), z);
            sbyte[] sx = [.. x.Select(v => (sbyte)Math.Clamp(float.IsNaN(v) ? 0 : v, -9, 9))], sy = [.. sx.Reverse()];
            CompareLoop.Run<TOp, sbyte>(op, sx, sy, z, walk);
            Assert.Equal(sx.Zip(sy, (a, b) => reference(a, b)), z);
        }
    }
}
