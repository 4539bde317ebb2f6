using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>What is in one vector and not in another.</summary>
    public static readonly OpCard ListDiff = new("ListDiff")
    {
        Summary = "The elements of x that are not in y, in the order of x and with its duplicates, and where they stand in x.",
        Signature = "x: T, y: T -> out: T, idx: out_idx",
        Attributes = "T: type; out_idx: index = int32",
        Shape = context =>
        {
            context.WithRank(0, 1);
            context.WithRank(1, 1);
            context.SetOutput(0, Shape.UnknownOfRank(1));
            context.SetOutput(1, Shape.UnknownOfRank(1));
        },
        Constant = (operation, output) =>
            ConstantFolding.ValueOf(operation.Inputs[0]) is { DType: DType.Int32 } x
            && ConstantFolding.ValueOf(operation.Inputs[1]) is { } y
                ? Known(x.ToArray<int>(), [.. y.ToArray<int>()], output, operation["out_idx"].Type)
                : null,
        Kernel = operation =>
        {
            DType dtype = operation["T"].Type;
            return dtype switch
            {
                DType.Int32 => Difference<int>,
                DType.Int64 => Difference<long>,
                DType.Float32 => Difference<float>,
                DType.Float64 => Difference<double>,
                DType.Float16 => Difference<Half>,
                DType.BFloat16 => Difference<BFloat16>,
                DType.UInt8 => Difference<byte>,
                DType.Int8 => Difference<sbyte>,
                DType.Int16 => Difference<short>,
                DType.UInt16 => Difference<ushort>,
                _ => throw new UnimplementedException(operation, $"Ballast compares no elements of {dtype.Name()} here. Cast them."),
            };
        },
        NotDifferentiable = "a choice of elements, which TensorFlow does not differentiate",
        Source = "TF 1.14 ListDiff",
    };

    private static Value Known(int[] x, HashSet<int> y, int output, DType indexType)
    {
        int[] positions = [.. Enumerable.Range(0, x.Length).Where(i => !y.Contains(x[i]))];
        if (output == 0) return positions.Select(i => x[i]).ToArray();
        return indexType == DType.Int32 ? positions : positions.Select(i => (long)i).ToArray();
    }

    private static void Difference<T>(KernelContext context) where T : unmanaged
    {
        Value x = context.Input(0), y = context.Input(1);
        if (x.Shape.Rank != 1 || y.Shape.Rank != 1)
            throw context.Invalid($"Expected two vectors, got shapes {x.Shape} and {y.Shape}.");
        ReadOnlySpan<T> elements = x.Span<T>();
        var dropped = new HashSet<T>(y.ToArray<T>());
        int count = 0;
        foreach (T element in elements) count += dropped.Contains(element) ? 0 : 1;
        Value kept = context.Output(0, x.DType, Shape.Vector(count));
        Value positions = context.Output(1, context.Operation["out_idx"].Type, Shape.Vector(count));
        for (int i = 0, at = 0; i < elements.Length; i++)
        {
            if (dropped.Contains(elements[i])) continue;
            kept.Elements<T>()[at] = elements[i];
            if (positions.DType == DType.Int32) positions.Elements<int>()[at] = i;
            else positions.Elements<long>()[at] = i;
            at++;
        }
    }
}

public static partial class Op
{
    /// <summary>The elements of <paramref name="x"/> that are not in <paramref name="y"/>, in their order, with duplicates.</summary>
    /// <param name="x">A vector.</param>
    /// <param name="y">A vector of the same dtype.</param>
    /// <param name="name">The name; the type when null.</param>
    /// <returns>The elements, and their positions in <paramref name="x"/> as int32.</returns>
    public static (Output Elements, Output Positions) ListDiff(Output x, Output y, string? name = null)
    {
        Operation operation = x.Graph.Add(Cards.ListDiff, name, [x, y]);
        return (operation.Outputs[0], operation.Outputs[1]);
    }
}
