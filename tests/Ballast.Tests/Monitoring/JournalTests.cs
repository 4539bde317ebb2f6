using System.Globalization;
using System.Text;
using System.Text.Json;
using Ballast.Guarding;
using Ballast.Monitoring;

namespace Ballast.Tests.Monitoring;

public sealed class JournalTests
{
    [Fact]
    public void GoodStep_IsOneLineWithEveryField() => Assert.Equal(
        """{"step":3,"loss":0.3,"norm":12.5,"clippedNorm":5,"clipRatio":2.5,"verdict":"good","action":"commit","learningRate":0.001,"lossScale":null,"metric":{"accuracy":0.875}}""" + "\n",
        Written(new StepRecord
        {
            Step = 3,
            Loss = 0.3f,
            Norm = 12.5,
            ClippedNorm = 5,
            ClipRatio = 2.5,
            LearningRate = 0.001,
            Metrics = [new Metric("accuracy", 0.875)],
        }));

    [Fact]
    public void BadStep_KeepsItsNonFiniteNumbersAsStrings() => Assert.Equal(
        """{"step":4,"loss":"NaN","norm":"Infinity","clippedNorm":"-Infinity","clipRatio":null,"verdict":"non-finite-loss","action":"halt","learningRate":1,"lossScale":1024,"metric":{}}""" + "\n",
        Written(new StepRecord
        {
            Step = 4,
            Loss = double.NaN,
            Norm = double.PositiveInfinity,
            ClippedNorm = double.NegativeInfinity,
            LearningRate = 1,
            LossScale = 1024,
            Verdict = Verdict.NonFiniteLoss,
            Action = StepAction.Halt,
        }));

    [Theory]
    [InlineData(0.1f)]
    [InlineData(1e-45f)]
    [InlineData(float.MaxValue)]
    [InlineData(-0f)]
    [InlineData(16777217f)]
    public void Float32_ComesBackToTheBit(float loss)
    {
        string text = JsonDocument.Parse(Written(Steps.Of(1, loss))).RootElement.GetProperty("loss").GetRawText();
        Assert.Equal(BitConverter.SingleToInt32Bits(loss),
            BitConverter.SingleToInt32Bits(float.Parse(text, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Float64_ComesBackToTheBit()
    {
        const double loss = 0.1 + 1e-12;
        Assert.Equal(loss, JsonDocument.Parse(Written(Steps.Of(1, loss))).RootElement.GetProperty("loss").GetDouble());
    }

    [Fact]
    public void EachLine_IsThereAsSoonAsItsStep()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "journal.jsonl");
        using (Journal journal = Journal.AppendTo(path))
        {
            for (int step = 1; step <= 3; step++)
            {
                journal.Observe(Steps.Of(step));
                Assert.Equal(step, LinesOf(path).Length);
            }
        }

        using (Journal again = Journal.AppendTo(path)) again.Observe(Steps.Of(4));
        Assert.Equal([1, 2, 3, 4], LinesOf(path).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("step").GetInt32()));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static string[] LinesOf(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string text = reader.ReadToEnd();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text.TrimEnd('\n').Split('\n');
    }

    private static string Written(StepRecord step)
    {
        using var stream = new MemoryStream();
        using var journal = new Journal(stream);
        journal.Observe(step);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
