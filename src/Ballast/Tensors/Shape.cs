using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ballast.Tensors;

/// <summary>
/// The dimensions of a value, or what is known of them before a run: any dimension may be unknown, and so may their number.
/// </summary>
/// <remarks>
/// Written as a collection: <c>Shape shape = [null, 784]</c> has an unknown first dimension; <c>[]</c> is a scalar;
/// <c>default</c> is a shape of unknown rank. At most <see cref="MaxRank"/> dimensions.
/// </remarks>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IEnumerable<int?>
{
    /// <summary>The largest number of dimensions: 8.</summary>
    public const int MaxRank = 8;

    private const int UnknownDimension = -1;

    [InlineArray(MaxRank)]
    private struct Dimensions
    {
        private int _first;
    }

    private readonly Dimensions _dimensions;
    private readonly int _rankPlusOne;

    /// <summary>Makes a shape of these dimensions; -1 stands for an unknown one.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxRank"/> dimensions, or one below -1.</exception>
    public Shape(ReadOnlySpan<int> dimensions)
    {
        if (dimensions.Length > MaxRank)
            throw new ArgumentException(
                $"Expected at most {MaxRank} dimensions, got {dimensions.Length}. Merge dimensions with a reshape.",
                nameof(dimensions));
        for (int i = 0; i < dimensions.Length; i++)
        {
            if (dimensions[i] < UnknownDimension)
                throw new ArgumentException(
                    $"Expected dimensions of 0 or more, or -1 for an unknown one, got {dimensions[i]} at position {i}.",
                    nameof(dimensions));
            _dimensions[i] = dimensions[i];
        }

        _rankPlusOne = dimensions.Length + 1;
    }

    /// <summary>A shape of no dimensions: one element.</summary>
    public static Shape Scalar => new(ReadOnlySpan<int>.Empty);

    /// <summary>A shape of which nothing is known, not even the rank.</summary>
    public static Shape Unknown => default;

    /// <summary>Makes a shape; null stands for an unknown dimension.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxRank"/> dimensions, or one below 0.</exception>
    public static Shape Create(ReadOnlySpan<int?> dimensions)
    {
        Span<int> known = stackalloc int[dimensions.Length];
        for (int i = 0; i < dimensions.Length; i++) known[i] = dimensions[i] ?? UnknownDimension;
        return new Shape(known);
    }

    /// <summary>A shape of the given rank with every dimension unknown.</summary>
    public static Shape UnknownOfRank(int rank)
    {
        Span<int> dimensions = stackalloc int[rank];
        dimensions.Fill(UnknownDimension);
        return new Shape(dimensions);
    }

    /// <summary>A shape of one dimension.</summary>
    public static Shape Vector(int length) => new([length]);

    /// <summary>A shape of two dimensions.</summary>
    public static Shape Matrix(int rows, int columns) => new([rows, columns]);

    /// <summary>Whether the number of dimensions is known.</summary>
    public bool HasRank => _rankPlusOne > 0;

    /// <summary>The number of dimensions, or -1 when it is unknown.</summary>
    public int Rank => _rankPlusOne - 1;

    /// <summary>Dimension <paramref name="index"/>, counted from 0; -1 when it is unknown.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not below the rank.</exception>
    public int this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Math.Max(Rank, 0), nameof(index));
            return _dimensions[index];
        }
    }

    /// <summary>Dimension <paramref name="index"/>; a negative index counts from the end, as <c>^1</c> does.</summary>
    public int this[Index index] => this[index.GetOffset(Math.Max(Rank, 0))];

    /// <summary>Whether rank and every dimension are known.</summary>
    public bool IsFullyKnown => HasRank && !Span.Contains(UnknownDimension);

    /// <summary>Whether this is a scalar's shape.</summary>
    public bool IsScalar => Rank == 0;

    /// <summary>The number of elements: the product of the dimensions, 1 for a scalar.</summary>
    /// <exception cref="InvalidOperationException">A dimension is unknown.</exception>
    public long ElementCount
    {
        get
        {
            if (!IsFullyKnown) throw new InvalidOperationException($"The shape {this} is not fully known.");
            long count = 1;
            foreach (int dimension in Span) count = checked(count * dimension);
            return count;
        }
    }

    /// <summary>The dimensions; -1 where unknown. Empty when the rank is unknown.</summary>
    [UnscopedRef]
    public ReadOnlySpan<int> Span => ((ReadOnlySpan<int>)_dimensions)[..Math.Max(Rank, 0)];

    /// <summary>The dimensions as a new array.</summary>
    public int[] ToArray() => Span.ToArray();

    /// <summary>Whether a value could have both shapes: no known dimension contradicts another.</summary>
    public bool IsCompatibleWith(in Shape other)
    {
        if (!HasRank || !other.HasRank) return true;
        if (Rank != other.Rank) return false;
        for (int i = 0; i < Rank; i++)
            if (_dimensions[i] != other._dimensions[i] && _dimensions[i] >= 0 && other._dimensions[i] >= 0)
                return false;
        return true;
    }

    /// <summary>Unites what both shapes know.</summary>
    /// <returns>False when they contradict each other.</returns>
    public bool TryMerge(in Shape other, out Shape merged)
    {
        merged = HasRank ? this : other;
        if (!IsCompatibleWith(other)) return false;
        if (!HasRank || !other.HasRank) return true;
        Span<int> dimensions = stackalloc int[Rank];
        for (int i = 0; i < Rank; i++) dimensions[i] = Math.Max(_dimensions[i], other._dimensions[i]);
        merged = new Shape(dimensions);
        return true;
    }

    /// <summary>What holds for values of either shape: where they differ, the dimension or the rank is unknown.</summary>
    public Shape Generalize(in Shape other)
    {
        if (!HasRank || !other.HasRank || Rank != other.Rank) return Unknown;
        Span<int> dimensions = stackalloc int[Rank];
        for (int i = 0; i < Rank; i++)
            dimensions[i] = _dimensions[i] == other._dimensions[i] ? _dimensions[i] : UnknownDimension;
        return new Shape(dimensions);
    }

    /// <summary>Whether every value of this shape is also one of <paramref name="other"/>.</summary>
    public bool IsAsSpecificAs(in Shape other) => Generalize(other) == other;

    /// <summary>The shape with one dimension replaced; -1 makes it unknown.</summary>
    public Shape WithDimension(int index, int size)
    {
        Span<int> dimensions = stackalloc int[Math.Max(Rank, 0)];
        Span.CopyTo(dimensions);
        dimensions[index] = size;
        return new Shape(dimensions);
    }

    /// <summary>The dimensions of this shape followed by those of <paramref name="other"/>; unknown if either rank is.</summary>
    public Shape Concat(in Shape other) =>
        HasRank && other.HasRank ? new Shape([.. Span, .. other.Span]) : Unknown;

    /// <summary>The dimensions from <paramref name="start"/> on, at most <paramref name="count"/> of them.</summary>
    public Shape Slice(int start, int count = MaxRank) =>
        HasRank ? new Shape(Span.Slice(start, Math.Min(count, Rank - start))) : Unknown;

    /// <inheritdoc/>
    public bool Equals(Shape other) => _rankPlusOne == other._rankPlusOne && Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(_rankPlusOne);
        foreach (int dimension in Span) hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <summary>Whether both shapes know the same.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether the shapes differ in what they know.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The dimensions in order, null where unknown.</summary>
    public IEnumerator<int?> GetEnumerator()
    {
        for (int i = 0; i < Rank; i++) yield return _dimensions[i] < 0 ? null : _dimensions[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The shape as messages print it: <c>[32, 784]</c>, <c>[?, 784]</c>, <c>[]</c>, or <c>&lt;unknown&gt;</c>.</summary>
    public override string ToString()
    {
        if (!HasRank) return "<unknown>";
        var text = new StringBuilder("[");
        for (int i = 0; i < Rank; i++)
        {
            if (i > 0) text.Append(", ");
            if (_dimensions[i] < 0) text.Append('?');
            else text.Append(_dimensions[i]);
        }

        return text.Append(']').ToString();
    }
}
