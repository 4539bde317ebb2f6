using System.Runtime.CompilerServices;

namespace Ballast.Kernels.MatrixProducts;

/// <summary>
/// How a product is cut into blocks of C that are computed independently. The cut follows from the shape alone, so that
/// the number of threads changes no bit.
/// </summary>
internal readonly struct ProductPartition
{
    /// <summary>A block takes at least this many multiplications: some 20 µs on one core, several times what a hand-over costs.</summary>
    private const long MultiplicationsPerBlock = 1 << 20;

    /// <summary>Larger products are cut into blocks of about this many elements, beyond which a block reuses its operands well.</summary>
    private const long ElementsPerBlock = 256 * 256;

    private const int PreferredBlocks = 16;
    private const int RowStep = 12;
    private const int ColumnStep = 32;

    public ProductPartition(in ProductShape shape)
    {
        (BlockRows, BlockColumns) = (shape.Rows, shape.Columns);
        (RowBlocks, ColumnBlocks) = (1, 1);
        long blocks = Math.Min(
            shape.Multiplications / MultiplicationsPerBlock, Math.Max(PreferredBlocks, shape.LengthC / ElementsPerBlock));
        if (blocks < 2) return;

        long rowBlocks = (long)Math.Round(Math.Sqrt((double)blocks * shape.Rows / shape.Columns));
        rowBlocks = Math.Clamp(rowBlocks, 1, Math.Min(blocks, CeilingDivide(shape.Rows, RowStep)));
        long columnBlocks = Math.Clamp(blocks / rowBlocks, 1, CeilingDivide(shape.Columns, ColumnStep));
        BlockRows = RoundUp(CeilingDivide(shape.Rows, rowBlocks), RowStep);
        BlockColumns = RoundUp(CeilingDivide(shape.Columns, columnBlocks), ColumnStep);
        RowBlocks = (int)CeilingDivide(shape.Rows, BlockRows);
        ColumnBlocks = (int)CeilingDivide(shape.Columns, BlockColumns);
    }

    public int BlockRows { get; }

    public int BlockColumns { get; }

    public int RowBlocks { get; }

    public int ColumnBlocks { get; }

    public int Blocks => RowBlocks * ColumnBlocks;

    /// <summary>How many small products of a batch make a part worth handing over.</summary>
    public static int ProductsPerPart(in ProductShape shape) =>
        (int)Math.Clamp(MultiplicationsPerBlock / Math.Max(shape.Multiplications, 1), 1, 1 << 16);

    /// <summary>Computes one block.</summary>
    public void Multiply<T>(
        int block, ProductKernel kernel, in ProductShape shape, in ProductOperands<T> operands, bool accumulate) where T : unmanaged
    {
        int row = block / ColumnBlocks * BlockRows;
        int column = block % ColumnBlocks * BlockColumns;
        ProductShape part = shape with
        {
            Rows = Math.Min(BlockRows, shape.Rows - row),
            Columns = Math.Min(BlockColumns, shape.Columns - column),
        };
        Multiply(kernel, part, operands.At(shape, row, column), accumulate);
    }

    private static void Multiply<T>(ProductKernel kernel, in ProductShape shape, in ProductOperands<T> operands, bool accumulate)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            kernel.Multiply(shape, Unsafe.BitCast<ProductOperands<T>, ProductOperands<float>>(operands), accumulate);
        else
            kernel.Multiply(shape, Unsafe.BitCast<ProductOperands<T>, ProductOperands<double>>(operands), accumulate);
    }

    private static long CeilingDivide(long value, long by) => (value + by - 1) / by;

    private static int RoundUp(long value, int step) => (int)(CeilingDivide(value, step) * step);
}
