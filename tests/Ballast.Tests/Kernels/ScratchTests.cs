using Ballast.Kernels;

namespace Ballast.Tests.Kernels;

public sealed unsafe class ScratchTests
{
    [Fact]
    public void Borrow_GivesAlignedMemoryThatDoesNotOverlap()
    {
        using Scratch first = Scratch.Borrow(3, out int* a);
        using Scratch second = Scratch.Borrow(100_000, out double* b);
        using Scratch third = Scratch.Borrow(5, out byte* c);
        Assert.Equal(0, (nint)a % 64);
        Assert.Equal(0, (nint)b % 64);
        Assert.Equal(0, (nint)c % 64);
        new Span<int>(a, 3).Fill(1);
        new Span<double>(b, 100_000).Fill(2);
        new Span<byte>(c, 5).Fill(3);
        Assert.False(new Span<int>(a, 3).ContainsAnyExcept(1));
        Assert.False(new Span<double>(b, 100_000).ContainsAnyExcept(2));
    }

    [Fact]
    public void Borrow_WhenLoansGrow_KeepsEarlierLoans()
    {
        for (int size = 1; size < 10_000_000; size *= 10)
        {
            using Scratch outer = Scratch.Borrow(size, out byte* kept);
            new Span<byte>(kept, size).Fill(7);
            for (int i = 0; i < 3; i++)
            {
                using Scratch inner = Scratch.Borrow(size * 2, out byte* other);
                new Span<byte>(other, size * 2).Fill(9);
            }

            Assert.False(new Span<byte>(kept, size).ContainsAnyExcept((byte)7));
        }
    }

    [Fact]
    public void Borrow_WhenWarm_GivesTheSameMemoryAndAllocatesNothing()
    {
        _ = Visit();
        nint place = Visit();
        bool same = true;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) same &= place == Visit();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(same);

        static nint Visit()
        {
            using Scratch outer = Scratch.Borrow(1000, out float* a);
            using Scratch inner = Scratch.Borrow(3_000_000, out float* b);
            return (nint)a ^ (nint)b;
        }
    }

    [Fact]
    public void Borrow_OnOtherThreads_GivesOtherMemory()
    {
        using Scratch mine = Scratch.Borrow(10, out int* here);
        nint there = 0;
        var thread = new Thread(() =>
        {
            using Scratch theirs = Scratch.Borrow(10, out int* memory);
            there = (nint)memory;
        });
        thread.Start();
        thread.Join();
        Assert.NotEqual((nint)here, there);
    }
}
