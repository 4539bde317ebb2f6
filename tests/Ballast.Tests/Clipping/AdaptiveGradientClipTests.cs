using Ballast.Clipping;

namespace Ballast.Tests.Clipping;

public sealed class AdaptiveGradientClipTests
{
    private readonly AdaptiveGradientClip _clip = new() { Clipping = 0.1 };

    [Fact]
    public void Rows_AreLimitedByTheirOwnParameters()
    {
        float[] gradient = [3, 4, 0.03f, 0.04f];
        AdaptiveClipResult clip = _clip.Apply<float>(gradient, [6, 8, 6, 8], units: 2, UnitAxis.First);
        Assert.Equal([0.6f, 0.8f, 0.03f, 0.04f], gradient);
        Assert.Equal(new AdaptiveClipResult(2, 1, 0, 0.5), clip);
    }

    [Fact]
    public void Columns_AreUnitsOfTensorFlowsWeights()
    {
        float[] gradient = [3, 0.03f, 4, 0.04f];
        AdaptiveClipResult clip = _clip.Apply<float>(gradient, [6, 6, 8, 8], units: 2);
        Assert.Equal([0.6f, 0.03f, 0.8f, 0.04f], gradient);
        Assert.Equal(new AdaptiveClipResult(2, 1, 0, 0.5), clip);
    }

    [Fact]
    public void ParametersNearZero_CountAsEpsilon()
    {
        float[] gradient = [3, 4];
        new AdaptiveGradientClip().Apply<float>(gradient, [0, 0], units: 1);
        Assert.Equal(0.6e-5f, gradient[0], 1e-11f);
        Assert.Equal(0.8e-5f, gradient[1], 1e-11f);
    }

    [Fact]
    public void BadUnit_BecomesNanAndSparesTheOthers()
    {
        float[] gradient = [1, float.PositiveInfinity, 1, 1, 1e-3f, 1e-3f];
        AdaptiveClipResult clip = _clip.Apply<float>(gradient, [1, 1, 1, float.NaN, 1, 1], units: 3, UnitAxis.First);
        Assert.All(gradient[..4], v => Assert.True(float.IsNaN(v)));
        Assert.Equal([1e-3f, 1e-3f], gradient[4..]);
        Assert.Equal(2, clip.NonFiniteUnits);
    }

    [Fact]
    public void BadSettings_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveGradientClip { Clipping = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveGradientClip { Epsilon = double.NaN });
        Assert.Throws<ArgumentException>(() => _clip.Apply<float>(new float[4], new float[4], units: 3));
        Assert.Throws<ArgumentException>(() => _clip.Apply<float>(new float[4], new float[3], units: 1));
    }
}
