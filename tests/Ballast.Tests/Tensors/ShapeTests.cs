using Ballast.Tensors;

namespace Ballast.Tests.Tensors;

public sealed class ShapeTests
{
    [Fact]
    public void CollectionExpression_MakesUnknownDimensionsOfNull()
    {
        Shape shape = [null, 784];
        Assert.Equal(2, shape.Rank);
        Assert.Equal("[?, 784]", shape.ToString());
        Assert.False(shape.IsFullyKnown);
    }

    [Fact]
    public void Default_HasUnknownRank()
    {
        Assert.False(default(Shape).HasRank);
        Assert.Equal(Shape.Unknown, default);
        Assert.NotEqual(Shape.Scalar, default);
    }

    [Fact]
    public void Merge_UnitesWhatBothKnow()
    {
        Shape a = [null, 3];
        Assert.True(a.TryMerge([2, null], out Shape merged));
        Assert.Equal([2, 3], merged);
        Assert.False(a.TryMerge([2, 4], out _));
        Assert.False(a.TryMerge([2, 3, 4], out _));
    }
}
