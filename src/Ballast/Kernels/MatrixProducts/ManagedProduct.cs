using System.Runtime.Intrinsics;

namespace Ballast.Kernels.MatrixProducts;

/// <summary>Matrix products in C#, for machines without OpenBLAS.</summary>
/// <remarks>Few columns go to the narrower tiles, of which they fill more.</remarks>
internal sealed class ManagedProduct : ProductKernel
{
    private readonly bool _wide;

    private ManagedProduct(bool wide) => _wide = wide;

    /// <summary>With the widest vectors that this machine is fast at.</summary>
    public static ManagedProduct Best { get; } = new(Vector512.IsHardwareAccelerated);

    /// <summary>With vectors of 256 bits or fewer.</summary>
    public static ManagedProduct Portable { get; } = new(wide: false);

    public override void Multiply(in ProductShape shape, in ProductOperands<float> operands, bool accumulate)
    {
        if (_wide && shape.Columns > PortableTile<float>.Columns) PackedProduct<float, WideTile<float>>.Multiply(shape, operands, accumulate);
        else PackedProduct<float, PortableTile<float>>.Multiply(shape, operands, accumulate);
    }

    public override void Multiply(in ProductShape shape, in ProductOperands<double> operands, bool accumulate)
    {
        if (_wide && shape.Columns > PortableTile<double>.Columns) PackedProduct<double, WideTile<double>>.Multiply(shape, operands, accumulate);
        else PackedProduct<double, PortableTile<double>>.Multiply(shape, operands, accumulate);
    }
}
