using System.Numerics;
using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Sums the slices of each segment; segments may come in any order.</summary>
    public static readonly OpCard UnsortedSegmentSum = new("UnsortedSegmentSum")
    {
        Summary = "Row i of the output is the sum of the slices whose segment id is i, in their order; negative ids drop their slice.",
        Signature = "data: T, segment_ids: Tindices, num_segments: Tnumsegments -> output: T",
        Attributes = "T: real; Tindices: index; Tnumsegments: index = int32",
        Shape = context =>
        {
            Shape data = context.Input(0), ids = context.Input(1);
            if (!data.HasRank || !ids.HasRank)
            {
                context.SetUnknownOutputs();
                return;
            }

            if (data.Rank < ids.Rank || !data.Slice(0, ids.Rank).IsCompatibleWith(ids))
                throw context.Mismatch("data whose shape starts with that of segment_ids", $"{data} and {ids}");
            int rows = context.Constant(2) is { } count ? checked((int)Integers.At(count, 0)) : -1;
            context.SetOutput(0, Shape.Vector(rows).Concat(data.Slice(ids.Rank)));
        },
        Kernel = operation =>
        {
            RowSums sum = RowSumsOf(operation["T"].Type);
            return context =>
            {
                Value data = context.Input(0), ids = context.Input(1);
                long rows = Integers.At(context.Input(2), 0);
                if (rows is < 0 or > int.MaxValue) throw context.Invalid($"Input num_segments == {rows} must not be negative.");
                if (data.Shape.Rank < ids.Shape.Rank || data.Shape.Slice(0, ids.Shape.Rank) != ids.Shape)
                    throw context.Invalid($"data.shape = {data.Shape} does not start with segment_ids.shape = {ids.Shape}");
                CheckSegments(context, ids, (int)rows);
                Shape slice = data.Shape.Slice(ids.Shape.Rank);
                sum(data, ids, Product(slice.Span), context.Output(0, data.DType, Shape.Vector((int)rows).Concat(slice)));
            };
        },
        Gradient = context => [GatherDropNegatives(context.Dy, context.X(1)), null, null],
        Source = "TF 1.14 UnsortedSegmentSum, _UnsortedSegmentSumGrad",
    };

    /// <summary>Sums the slices of each segment; equal ids stand together and grow.</summary>
    public static readonly OpCard SegmentSum = new("SegmentSum")
    {
        Summary = "Row i of the output is the sum of the slices whose segment id is i; the ids never decrease.",
        Signature = "data: T, segment_ids: Tindices -> output: T",
        Attributes = "T: real; Tindices: index",
        Shape = context =>
        {
            Shape data = context.Input(0), ids = context.WithRank(1, 1);
            if (data.HasRank) _ = context.Merge(data.Slice(0, 1), ids, "one segment id for each row of data");
            context.SetOutput(0, data.HasRank ? data.WithDimension(0, -1) : data);
        },
        Kernel = operation =>
        {
            RowSums sum = RowSumsOf(operation["T"].Type);
            return context =>
            {
                Value data = context.Input(0), ids = context.Input(1);
                if (ids.Shape.Rank != 1 || data.Shape.Rank == 0 || ids.Length != data.Shape[0])
                    throw context.Invalid($"segment_ids should be the same size as dimension 0 of input, got {ids.Shape} and {data.Shape}.");
                long last = 0;
                for (int i = 0; i < ids.Length; i++)
                {
                    long id = Integers.At(ids, i);
                    if (id < 0) throw context.Invalid($"segment ids must be >= 0, got {id} at {i}");
                    if (id < last) throw context.Invalid($"segment ids are not increasing: {id} at {i} follows {last}");
                    last = id;
                }

                Shape slice = data.Shape.Slice(1);
                int rows = ids.Length == 0 ? 0 : checked((int)last + 1);
                sum(data, ids, Product(slice.Span), context.Output(0, data.DType, Shape.Vector(rows).Concat(slice)));
            };
        },
        Gradient = context => [Op.Gather(context.Dy, context.X(1)), null],
        Source = "TF 1.14 SegmentSum, _SegmentSumGrad",
    };

    /// <summary>Sums rows of <paramref name="length"/> elements into the rows of <paramref name="sum"/> that indices name.</summary>
    private delegate void RowSums(Value rows, Value indices, int length, Value sum);

    private static RowSums RowSumsOf(DType dtype) => dtype switch
    {
        DType.Float32 => SumRows<float>,
        DType.Float64 => SumRows<double>,
        DType.Float16 => SumNarrowRows<Half>,
        DType.BFloat16 => SumNarrowRows<BFloat16>,
        DType.Int32 => SumRows<int>,
        DType.Int64 => SumRows<long>,
        DType.Int16 => SumRows<short>,
        DType.Int8 => SumRows<sbyte>,
        DType.UInt8 => SumRows<byte>,
        DType.UInt16 => SumRows<ushort>,
        DType.UInt32 => SumRows<uint>,
        DType.UInt64 => SumRows<ulong>,
        _ => throw new NotSupportedException($"Expected numbers that can be added, got {dtype.Name()}."),
    };

    private static void SumRows<T>(Value rows, Value indices, int length, Value sum)
        where T : unmanaged, IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T>
    {
        if (indices.DType == DType.Int64) RowSum.Run(rows.Span<T>(), indices.Span<long>(), length, sum.Elements<T>());
        else RowSum.Run(rows.Span<T>(), indices.Span<int>(), length, sum.Elements<T>());
    }

    private static void SumNarrowRows<T>(Value rows, Value indices, int length, Value sum) where T : unmanaged
    {
        if (indices.DType == DType.Int64) RowSum.RunNarrow(rows.Span<T>(), indices.Span<long>(), length, sum.Elements<T>());
        else RowSum.RunNarrow(rows.Span<T>(), indices.Span<int>(), length, sum.Elements<T>());
    }

    private static void CheckSegments(KernelContext context, Value ids, int rows)
    {
        int at = ids.DType == DType.Int64 ? RowSum.FindInvalid(ids.Span<long>(), rows) : RowSum.FindInvalid(ids.Span<int>(), rows);
        if (at >= 0)
            throw context.Invalid($"segment_ids[{Position(ids.Shape, at)}] = {Integers.At(ids, at)} is out of range [0, {rows})");
    }

    /// <summary>The rows of <paramref name="table"/> that ids name, zeros where an id is negative.</summary>
    private static Output GatherDropNegatives(Output table, Output ids)
    {
        Output gathered = Op.Gather(table, Op.Maximum(ids, Op.ZerosLike(ids)));
        Output isPositive = Op.GreaterEqual(ids, 0);
        for (int i = ids.Shape.Rank; i < gathered.Shape.Rank; i++) isPositive = Op.ExpandDims(isPositive, -1);
        isPositive = Op.LogicalAnd(isPositive, Op.Cast(Op.OnesLike(gathered), DType.Bool));
        return Op.Select(isPositive, gathered, Op.ZerosLike(gathered));
    }
}

public static partial class Op
{
    /// <summary>Row i of the result is the sum of the slices of <paramref name="data"/> whose id is i.</summary>
    /// <param name="data">Numbers; its shape starts with that of <paramref name="ids"/>.</param>
    /// <param name="ids">int32 or int64; negative ones drop their slice.</param>
    /// <param name="count">How many rows the result has; a scalar.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output UnsortedSegmentSum(Output data, Operand ids, Operand count, string? name = null)
    {
        using NameScope scope = data.Graph.NameScope(name ?? "UnsortedSegmentSum");
        return data.Graph.Add(Cards.UnsortedSegmentSum, scope.Name + "/",
            [data, ids.In(data.Graph, DType.Int32, "segment_ids"), count.In(data.Graph, DType.Int32, "num_segments")]).Output;
    }

    /// <summary>Row i of the result is the sum of the rows of <paramref name="data"/> whose id is i.</summary>
    /// <param name="data">Numbers.</param>
    /// <param name="ids">int32 or int64, one per row, never decreasing, 0 or more.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output SegmentSum(Output data, Operand ids, string? name = null)
    {
        using NameScope scope = data.Graph.NameScope(name ?? "SegmentSum");
        return data.Graph.Add(Cards.SegmentSum, scope.Name + "/", [data, ids.In(data.Graph, DType.Int32, "segment_ids")]).Output;
    }
}
