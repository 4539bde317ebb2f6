using Ballast.Kernels.Movement;

namespace Ballast.Tests.Kernels.Movement;

public sealed class StridedCopyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void RandomWalks_CopyElementByElement(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            int rank = random.Next(0, 5);
            int[] sizes = [.. Enumerable.Range(0, rank).Select(_ => random.Next(8) == 0 ? 0 : random.Next(1, 40 / (rank + 1)))];
            int[] order = [.. Enumerable.Range(0, rank).OrderBy(_ => random.Next())];
            int count = sizes.Aggregate(1, (product, d) => product * d);
            var from = new int[rank];
            int stride = random.Next(1, 3), start = 0;
            foreach (int d in order)
            {
                from[d] = random.Next(4) == 0 ? -stride : stride;
                if (from[d] < 0 && sizes[d] > 0) start += (sizes[d] - 1) * stride;
                stride *= Math.Max(1, sizes[d]);
            }

            ushort[] source = [.. Enumerable.Range(0, Math.Max(1, stride)).Select(i => (ushort)i)];
            var walk = new StridedWalk(start, 0);
            int to = count;
            for (int d = 0; d < rank; d++)
            {
                to = sizes[d] == 0 ? 0 : to / sizes[d];
                walk.Add(sizes[d], from[d], to);
            }

            var actual = new ushort[count];
            StridedCopy.Run<ushort>(source, actual, walk);
            for (int i = 0; i < count; i++)
            {
                int rest = i, at = start;
                for (int d = rank - 1; d >= 0; d--)
                {
                    (rest, int index) = Math.DivRem(rest, sizes[d]);
                    at += index * from[d];
                }

                Assert.Equal(source[at], actual[i]);
            }
        }
    }

    [Fact]
    public void WalksThatLeaveTheirLists_AreRefused()
    {
        var walk = new StridedWalk(1, 0);
        walk.Add(4, 1, 1);
        Assert.Throws<ArgumentException>(() => StridedCopy.Run<int>(new int[4], new int[4], walk));
        Assert.Throws<ArgumentException>(() => StridedCopy.Run<int>(new int[5], new int[3], walk));
        Assert.Throws<ArgumentException>(() => StridedCopy.Run<int>(new int[5], new int[5], Backwards()));

        static StridedWalk Backwards()
        {
            var walk = new StridedWalk(1, 0);
            walk.Add(3, -1, 1);
            return walk;
        }
    }

    [Fact]
    public void Neighbours_Merge()
    {
        StridedWalk walk = Walks.Transposed([4, 5, 6], [0, 1, 2]);
        Assert.True(walk.IsIdentity);
        Assert.Equal((1, 120), (walk.Rank, walk.Size(0)));
        Assert.Equal(2, Walks.Transposed([4, 5, 6], [1, 2, 0]).Rank);
    }
}
