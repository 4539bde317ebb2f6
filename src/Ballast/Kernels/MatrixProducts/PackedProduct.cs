using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Ballast.Kernels.MatrixProducts;

/// <summary>
/// A product in blocks that fit the caches: slices of A and B are packed in the order in which the tiles read them
/// (Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008).
/// </summary>
/// <remarks>An element of C is summed over slices of the inner dimension in order, each slice in order.</remarks>
internal static unsafe class PackedProduct<T, TTile> where T : unmanaged where TTile : struct, ITile<T>
{
    /// <summary>The steps of the inner dimension in one slice: a panel of B of so many steps stays in the first cache.</summary>
    private static int Depth => 1024 / sizeof(T);

    /// <summary>A block of A of so many rows (480 KB) stays in the second cache while the panels of B pass by.</summary>
    private const int BlockRows = 480;

    /// <summary>So many rows read B only a few times: packing it would cost more than it saves.</summary>
    private static int FewRows => 2 * TTile.TallRows;

    public static void Multiply(in ProductShape shape, in ProductOperands<T> operands, bool accumulate)
    {
        int depth = Math.Min(Depth, shape.Inner);
        int rows = RoundUp(Math.Min(BlockRows, shape.Rows), TTile.ShortRows);
        using Scratch loanA = Scratch.Borrow((nint)rows * depth, out T* a);
        using Scratch loanB = Scratch.Borrow((nint)TTile.Columns * depth, out T* b);
        using Scratch loanC = Scratch.Borrow((nint)TTile.TallRows * TTile.Columns, out T* edge);
        for (int row = 0; row < shape.Rows; row += BlockRows)
        {
            ProductShape block = shape with { Rows = Math.Min(BlockRows, shape.Rows - row) };
            ProductOperands<T> at = operands.At(shape, row, 0);
            for (int inner = 0; inner < shape.Inner; inner += Depth)
                MultiplySlice(block, at, inner, Math.Min(Depth, shape.Inner - inner), a, b, edge, accumulate || inner > 0);
        }
    }

    private static void MultiplySlice(
        in ProductShape shape, in ProductOperands<T> operands, int inner, int depth, T* packedA, T* packedB, T* edge, bool accumulate)
    {
        PackA(shape, operands, inner, depth, packedA);
        bool packB = shape.TransposeB || shape.Rows > FewRows;
        for (int column = 0; column < shape.Columns; column += TTile.Columns)
        {
            int width = Math.Min(TTile.Columns, shape.Columns - column);
            T* b = operands.B + ((nint)inner * operands.StrideB) + column;
            nint strideB = operands.StrideB;
            if (packB || width < TTile.Columns)
            {
                PackB(shape, operands, inner, depth, column, width, packedB);
                b = packedB;
                strideB = TTile.Columns;
            }

            MultiplyPanel(shape.Rows, depth, packedA, b, strideB, operands.C + column, operands.StrideC, width, edge, accumulate);
        }
    }

    /// <summary>All rows of one panel of columns.</summary>
    private static void MultiplyPanel(
        int rows, int depth, T* a, T* b, nint strideB, T* c, nint strideC, int width, T* edge, bool accumulate)
    {
        for (int row = 0; row < rows;)
        {
            bool tall = rows - row >= TTile.TallRows;
            int tileRows = tall ? TTile.TallRows : TTile.ShortRows;
            int height = Math.Min(tileRows, rows - row);
            bool whole = width == TTile.Columns && height == tileRows;
            T* target = whole ? c + (row * strideC) : edge;
            nint stride = whole ? strideC : TTile.Columns;
            if (tall) TTile.Tall(depth, a, b, strideB, target, stride, whole && accumulate);
            else TTile.Short(depth, a, b, strideB, target, stride, whole && accumulate);
            if (!whole) StoreEdge(edge, c + (row * strideC), strideC, height, width, accumulate);
            a += (nint)tileRows * depth;
            row += tileRows;
        }
    }

    private static void StoreEdge(T* edge, T* c, nint strideC, int height, int width, bool accumulate)
    {
        for (int row = 0; row < height; row++, edge += TTile.Columns, c += strideC)
        {
            if (!accumulate) new Span<T>(edge, width).CopyTo(new Span<T>(c, width));
            else Add(new Span<T>(c, width), new Span<T>(edge, width));
        }
    }

    private static void Add(Span<T> sum, Span<T> addend)
    {
        if (typeof(T) == typeof(float)) Add<float>(sum, addend);
        else Add<double>(sum, addend);
    }

    private static void Add<TNumber>(Span<T> sum, Span<T> addend) where TNumber : unmanaged, INumber<TNumber>
    {
        Span<TNumber> total = MemoryMarshal.Cast<T, TNumber>(sum);
        TensorPrimitives.Add<TNumber>(total, MemoryMarshal.Cast<T, TNumber>(addend), total);
    }

    private static void PackA(in ProductShape shape, in ProductOperands<T> operands, int inner, int depth, T* packed)
    {
        for (int row = 0; row < shape.Rows;)
        {
            int tileRows = shape.Rows - row >= TTile.TallRows ? TTile.TallRows : TTile.ShortRows;
            int height = Math.Min(tileRows, shape.Rows - row);
            if (shape.TransposeA)
                Packing.Copy(operands.A + ((nint)inner * operands.StrideA) + row, operands.StrideA, depth, height, packed, tileRows);
            else
                Packing.Transpose(operands.A + ((nint)row * operands.StrideA) + inner, operands.StrideA, height, depth, packed, tileRows);
            packed += (nint)tileRows * depth;
            row += tileRows;
        }
    }

    private static void PackB(
        in ProductShape shape, in ProductOperands<T> operands, int inner, int depth, int column, int width, T* packed)
    {
        if (shape.TransposeB)
            Packing.Transpose(operands.B + ((nint)column * operands.StrideB) + inner, operands.StrideB, width, depth, packed, TTile.Columns);
        else
            Packing.Copy(operands.B + ((nint)inner * operands.StrideB) + column, operands.StrideB, depth, width, packed, TTile.Columns);
    }

    private static int RoundUp(int value, int step) => (value + step - 1) / step * step;
}
