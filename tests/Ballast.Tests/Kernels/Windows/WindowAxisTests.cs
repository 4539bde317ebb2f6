using Ballast.Kernels.Windows;

namespace Ballast.Tests.Kernels.Windows;

public sealed class WindowAxisTests
{
    [Theory]
    [InlineData(28, 5, 1, 1, 28, 2)]
    [InlineData(28, 2, 2, 1, 14, 0)]
    [InlineData(7, 2, 2, 1, 4, 0)] // one element of padding: it goes to the end
    [InlineData(5, 4, 1, 1, 5, 1)] // three: one before, two after
    [InlineData(10, 3, 2, 2, 5, 1)]
    [InlineData(10, 1, 3, 1, 4, 0)]
    [InlineData(0, 3, 1, 1, 0, 1)]
    public void Same_RoundsOutputUpAndPadsTheEndMore(int input, int window, int stride, int dilation, int output, int padBefore)
    {
        var axis = WindowAxis.Same(input, window, stride, dilation);
        Assert.Equal((output, padBefore), (axis.Output, axis.PadBefore));
    }

    [Theory]
    [InlineData(28, 5, 1, 1, 24)]
    [InlineData(7, 2, 2, 1, 3)]
    [InlineData(7, 3, 1, 3, 1)]
    [InlineData(4, 5, 1, 1, 0)]
    [InlineData(2, 5, 2, 1, 0)]
    public void Valid_StaysWithinTheInput(int input, int window, int stride, int dilation, int output) =>
        Assert.Equal(output, WindowAxis.Valid(input, window, stride, dilation).Output);

    [Fact]
    public void Explicit_CountsThePadding()
    {
        var axis = WindowAxis.Explicit(5, 3, 2, 1, padBefore: 2, padAfter: 1);
        Assert.Equal((3, 2), (axis.Output, axis.PadBefore));
    }

    [Fact]
    public void InsideAndWholeOutputs_TellWhatIsNotPadding()
    {
        for (int padding = 0; padding < 5; padding++)
            for (int dilation = 1; dilation < 4; dilation++)
                for (int stride = 1; stride < 4; stride++)
                {
                    var axis = WindowAxis.Explicit(6, 3, stride, dilation, padding, 4);
                    (int firstWhole, int endWhole) = axis.WholeOutputs;
                    for (int o = 0; o < axis.Output; o++)
                    {
                        (int first, int end) = axis.Inside(o);
                        Assert.Equal(first == 0 && end == 3, o >= firstWhole && o < endWhole);
                        for (int w = 0; w < 3; w++)
                        {
                            int input = (o * stride) - padding + (w * dilation);
                            Assert.Equal(input is >= 0 and < 6, w >= first && w < end);
                        }
                    }
                }
    }

    [Fact]
    public void Axis_RefusesWhatHasNoOutput()
    {
        Assert.Throws<ArgumentException>(() => WindowAxis.Valid(3, 5, 1));
        Assert.Throws<ArgumentException>(() => WindowAxis.Same(3, 0, 1));
        Assert.Throws<ArgumentException>(() => WindowAxis.Same(3, 1, 0));
        Assert.Throws<ArgumentException>(() => WindowAxis.Same(3, 1, 1, 0));
        Assert.Throws<ArgumentException>(() => WindowAxis.Same(-1, 1, 1));
        Assert.Throws<ArgumentException>(() => WindowAxis.Explicit(3, 1, 1, 1, -1, 0));
    }
}
