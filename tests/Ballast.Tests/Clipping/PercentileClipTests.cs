using Ballast.Clipping;

namespace Ballast.Tests.Clipping;

public sealed class PercentileClipTests
{
    [Fact]
    public void Limit_IsThePercentileOfAllNormsSoFar()
    {
        var clip = new PercentileClip { Percentile = 25 };
        Assert.Equal(4, clip.Observe(4));
        Assert.Equal(2.5, clip.Observe(2));
        Assert.Equal(3, clip.Observe(8));
        Assert.Equal(3.5, clip.Observe(6));
        Assert.Equal([4, 2, 8, 6], clip.History);
    }

    [Fact]
    public void Gradients_AreScaledToTheLimit()
    {
        var clip = new PercentileClip { Percentile = 0 };
        float[] gradient = [3, 4];
        Assert.Equal(1, clip.Apply<float>(gradient).Scale);
        gradient = [6, 8];
        ClipResult result = clip.Apply<float>(gradient);
        Assert.Equal(new ClipResult(10, 0.5), result);
        Assert.Equal([3, 4], gradient);
    }

    [Fact]
    public void Window_ForgetsTheOldest()
    {
        var clip = new PercentileClip { Percentile = 100, Window = 2 };
        clip.Observe(9);
        clip.Observe(1);
        Assert.Equal(2, clip.Observe(2));
        Assert.Equal([1, 2], clip.History);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void PoisonedStep_LeavesTheStateAsItWas(float poison)
    {
        var clean = new PercentileClip();
        var poisoned = new PercentileClip();
        var random = new Random(6);
        for (int step = 0; step < 40; step++)
        {
            if (step % 7 == 3)
            {
                double[] before = [.. poisoned.History];
                float[] bad = [1, poison, 2];
                Assert.False(poisoned.Apply<float>(bad).IsFinite);
                Assert.All(bad, v => Assert.True(float.IsNaN(v)));
                Assert.Equal(before, poisoned.History);
            }

            float[] gradient = [random.NextSingle(), random.NextSingle()], same = [.. gradient];
            Assert.Equal(clean.Apply<float>(gradient), poisoned.Apply<float>(same));
            Assert.Equal(gradient, same);
        }
    }

    [Fact]
    public void RestoredState_GoesOnTheSame()
    {
        var clip = new PercentileClip { Percentile = 50 };
        foreach (double norm in (double[])[5, 1, 3]) clip.Observe(norm);
        var other = new PercentileClip { Percentile = 50 };
        other.Restore(clip.History);
        Assert.Equal(clip.Observe(2), other.Observe(2));
        Assert.Throws<ArgumentException>(() => other.Restore([double.NaN]));
    }

    [Fact]
    public void LimitOfZero_ClipsNothing()
    {
        var clip = new PercentileClip();
        clip.Apply<float>(new float[2]);
        float[] gradient = [1, 1];
        clip.Observe(0);
        clip.Observe(0);
        Assert.Equal(double.PositiveInfinity, new PercentileClip { Percentile = 0 }.Observe(0));
        clip.Restore([.. Enumerable.Repeat(0.0, 20)]);
        Assert.Equal(1, clip.Apply<float>(gradient).Scale);
        Assert.Equal([1, 1], gradient);
    }

    [Fact]
    public void BadSettings_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PercentileClip { Percentile = 101 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PercentileClip { Window = 0 });
    }
}
