using Ballast.Cli.Data;

namespace Ballast.Cli.Tests.Data;

public sealed class EpochOrderTests
{
    [Fact]
    public void SplitMix64_GivesThePublishedNumbers()
    {
        // The first outputs for seed 1234567 of the reference implementation by S. Vigna (splitmix64.c).
        var random = new SplitMix64(1234567);
        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423],
            new ulong[] { random.Next(), random.Next(), random.Next() });
    }

    [Fact]
    public void Epoch_HasEveryExampleOnce()
    {
        var order = new EpochOrder(examples: 12, batch: 4, seed: 1);
        Assert.Equal(3, order.StepsPerEpoch);
        for (int epoch = 0; epoch < 3; epoch++)
            Assert.Equal(Enumerable.Range(0, 12),
                Enumerable.Range(3 * epoch + 1, 3).SelectMany(step => order.Of(step).ToArray()).Order());
    }

    [Fact]
    public void Order_ChangesWithEpochAndSeedAndWithNothingElse()
    {
        int[] first = new EpochOrder(100, 100, seed: 1).Of(1).ToArray();
        Assert.Equal(first, new EpochOrder(100, 100, seed: 1).Of(1).ToArray());
        Assert.NotEqual(first, new EpochOrder(100, 100, seed: 2).Of(1).ToArray());
        var later = new EpochOrder(100, 100, seed: 1);
        int[] second = later.Of(2).ToArray();
        Assert.NotEqual(first, second);
        Assert.Equal(first, later.Of(1).ToArray());
        Assert.Equal(second, later.Of(2).ToArray());
    }

    [Fact]
    public void BatchLargerThanTheExamples_IsAllOfThem() => Assert.Equal(5, new EpochOrder(5, 64, seed: 1).Of(1).Length);
}
