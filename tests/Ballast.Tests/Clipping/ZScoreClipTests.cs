using Ballast.Clipping;

namespace Ballast.Tests.Clipping;

public sealed class ZScoreClipTests
{
    [Fact]
    public void WarmUp_TakesMeanAndVarianceOfTheList()
    {
        double[] norms = [3, 1, 4, 1, 5];
        var clip = new ZScoreClip { WarmUp = 5 };
        foreach (double norm in norms) Assert.Equal(double.PositiveInfinity, clip.Observe(norm));
        Assert.Equal(5, clip.State.Steps);
        Assert.Equal(norms.Average(), clip.State.Mean, 1e-14);
        Assert.Equal(norms.Average(v => (v - 2.8) * (v - 2.8)), clip.State.Variance, 1e-14);
    }

    [Fact]
    public void Outlier_IsBroughtDownTheHarderTheFartherItIs()
    {
        var clip = new ZScoreClip { State = new ZScoreState(25, 10, 4) };

        // z = 20: the limit is 10 + 2.5²/20 · 2, and the statistics take the limit in place of the norm.
        double limit = 10 + (6.25 / 20 * 2);
        Assert.Equal(limit, clip.Observe(50), 1e-12);
        double mean = (0.97 * 10) + (0.03 * limit);
        Assert.Equal(mean, clip.State.Mean, 1e-12);
        Assert.Equal((0.97 * 4) + (0.03 * (limit - mean) * (limit - mean)), clip.State.Variance, 1e-12);
    }

    [Fact]
    public void NormWithinTheThreshold_Passes()
    {
        var clip = new ZScoreClip { State = new ZScoreState(25, 10, 4) };
        float[] gradient = [9, 12];
        Assert.Equal(new ClipResult(15, 1), clip.Apply<float>(gradient));
        Assert.Equal([9, 12], gradient);
        Assert.Equal((0.97 * 10) + (0.03 * 15), clip.State.Mean, 1e-12);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void PoisonedStep_LeavesTheStateAsItWas(float poison)
    {
        var clean = new ZScoreClip { WarmUp = 5 };
        var poisoned = new ZScoreClip { WarmUp = 5 };
        var random = new Random(7);
        for (int step = 0; step < 40; step++)
        {
            if (step % 3 == 0)
            {
                ZScoreState before = poisoned.State;
                float[] bad = [poison, 2];
                Assert.False(poisoned.Apply<float>(bad).IsFinite);
                Assert.All(bad, v => Assert.True(float.IsNaN(v)));
                Assert.Equal(before, poisoned.State);
            }

            float[] gradient = [random.NextSingle(), step == 20 ? 90 : random.NextSingle()], same = [.. gradient];
            Assert.Equal(clean.Apply<float>(gradient), poisoned.Apply<float>(same));
            Assert.Equal(gradient, same);
            Assert.Equal(clean.State, poisoned.State);
        }
    }

    [Fact]
    public void LargestNorm_KeepsTheStateFinite()
    {
        var clip = new ZScoreClip { WarmUp = 2 };
        foreach (double norm in (double[])[1, double.MaxValue, 1, double.MaxValue, 1]) clip.Observe(norm);
        Assert.True(double.IsFinite(clip.State.Mean));
        Assert.True(double.IsFinite(clip.State.Variance));
    }

    [Fact]
    public void BadSettings_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ZScoreClip { Threshold = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ZScoreClip { Decay = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ZScoreClip { WarmUp = 0 });
        Assert.Throws<ArgumentException>(() => new ZScoreClip { State = new ZScoreState(1, double.NaN, 0) });
    }
}
