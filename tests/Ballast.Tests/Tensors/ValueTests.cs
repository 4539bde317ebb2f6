using System.Numerics.Tensors;
using Ballast.Tensors;

namespace Ballast.Tests.Tensors;

public sealed class ValueTests
{
    [Fact]
    public void Conversions_KeepShapeAndNumbers()
    {
        Value matrix = new float[,] { { 1, 2, 3 }, { 4, 5, 6 } };
        Assert.Equal([2, 3], matrix.Shape);
        Assert.Equal([1f, 2, 3, 4, 5, 6], matrix.ToArray<float>());
        Tensor<float> tensor = matrix.ToTensor<float>();
        Assert.Equal(6f, tensor[1, 2]);
        Assert.Equal([2, 3], Value.From(tensor).Shape);
        Assert.Equal(["a", "ü"], ((Value)new[] { "a", "ü" }).ToArray<string>());
    }

    [Fact]
    public void WrongType_IsRefused()
    {
        Value value = 1f;
        Assert.Throws<InvalidOperationException>(() => value.Scalar<int>());
        Assert.Throws<InvalidOperationException>(() => value.Span<double>().Length);
        Assert.Throws<InvalidOperationException>(() => ((Value)new[] { 1f, 2f }).Scalar<float>());
        Assert.Throws<ArgumentException>(() => Value.From<float>([1, 2], [3]));
        Assert.Throws<NotSupportedException>(() => value.To<DateTime>());
    }

    [Fact]
    public void To_GivesAnArrayOfTheValuesRank()
    {
        Value cube = new float[,,] { { { 1, 2, 3 }, { 4, 5, 6 } } };
        Assert.Equal(new float[,,] { { { 1, 2, 3 }, { 4, 5, 6 } } }, cube.To<float[,,]>());
        Assert.Equal(new[,] { { 1 }, { 2 } }, ((Value)new[,] { { 1 }, { 2 } }).To<int[,]>());
        Assert.Empty(((Value)new double[2, 0]).To<double[,]>());
        Assert.Throws<InvalidOperationException>(() => cube.To<float[,]>());
        Assert.Throws<InvalidOperationException>(() => cube.To<int[,,]>());
        Assert.Throws<NotSupportedException>(() => cube.To<short[,,]>());
    }

    [Fact]
    public void TooLarge_IsRefusedBeforeMemoryIsTaken() =>
        Assert.Throws<InvalidOperationException>(() => Value.Allocate(DType.Float32, [int.MaxValue, 4]));

    [Fact]
    public void Memory_IsAligned()
    {
        for (int i = 1; i < 100; i += 7)
        {
            Value value = Value.Allocate(DType.Float32, [i]);
            unsafe
            {
                fixed (float* start = value.Elements<float>()) Assert.Equal(0, (nint)start % 64);
            }
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(64, 0)]
    [InlineData(65, 1)]
    [InlineData(80, 1)]
    [InlineData(81, 2)]
    [InlineData(128, 4)]
    [InlineData(129, 5)]
    public void SizeClass_HoldsWhatItIsFor(int bytes, int index)
    {
        Assert.Equal(index, BufferPool.ClassOf(bytes));
        Assert.True(BufferPool.BytesOf(index) >= bytes);
    }

    [Fact]
    public void EverySizeClass_HoldsItsBytesAndWastesLittle()
    {
        for (long bytes = 1; bytes < Value.MaxBytes; bytes = (bytes * 9 / 8) + 1)
        {
            int size = BufferPool.BytesOf(BufferPool.ClassOf((int)bytes));
            Assert.InRange(size, bytes, Math.Max(64, bytes * 5 / 4));
        }
    }

    [Fact]
    public void ReleasedMemory_IsUsedAgain()
    {
        var pool = new BufferPool();
        pool.Rent(DType.Float32, [1000]).Release();
        long taken = pool.AllocatedBytes;
        for (int i = 0; i < 10; i++) pool.Rent(DType.Float32, [990]).Release();
        Assert.Equal(taken, pool.AllocatedBytes);
    }
}
