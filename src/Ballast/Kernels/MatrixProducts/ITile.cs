namespace Ballast.Kernels.MatrixProducts;

/// <summary>The innermost loops of the managed product: a tile of C that stays in registers while A and B pass by.</summary>
/// <remarks>
/// A is packed: the elements of one step of the inner dimension side by side. B advances by <c>strideB</c> a step, packed or as it lies.
/// A tile reads and writes all of its rows and columns; the caller pads.
/// </remarks>
internal unsafe interface ITile<T> where T : unmanaged
{
    /// <summary>The rows of a tile for the bulk of C.</summary>
    static abstract int TallRows { get; }

    /// <summary>The rows of a tile for what is left over.</summary>
    static abstract int ShortRows { get; }

    /// <summary>The columns of either tile.</summary>
    static abstract int Columns { get; }

    /// <summary>A tile of <see cref="TallRows"/>.</summary>
    static abstract void Tall(nint depth, T* a, T* b, nint strideB, T* c, nint strideC, bool accumulate);

    /// <summary>A tile of <see cref="ShortRows"/>.</summary>
    static abstract void Short(nint depth, T* a, T* b, nint strideB, T* c, nint strideC, bool accumulate);
}
