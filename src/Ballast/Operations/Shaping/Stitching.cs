using Ballast.Graphs;
using Ballast.Kernels.Movement;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Puts slices together by the places that they name; of several for one place the last wins.</summary>
    public static readonly OpCard DynamicStitch = Stitch("DynamicStitch");

    /// <summary>As <see cref="DynamicStitch"/>; TensorFlow leaves open which of several slices for one place wins, here it is the last.</summary>
    public static readonly OpCard ParallelDynamicStitch = Stitch("ParallelDynamicStitch");

    /// <summary>Sorts slices into parts.</summary>
    public static readonly OpCard DynamicPartition = new("DynamicPartition")
    {
        Summary = "Sorts the slices of data into num_partitions outputs: slice i goes to output partitions[i], in order.",
        Signature = "data: T, partitions: int32 -> outputs: num_partitions * T",
        Attributes = "num_partitions: int >= 1; T: type",
        Shape = context =>
        {
            Shape data = context.Input(0), partitions = context.Input(1), part = Shape.Unknown;
            if (data.HasRank && partitions.HasRank)
            {
                if (data.Rank < partitions.Rank || !data.Slice(0, partitions.Rank).IsCompatibleWith(partitions))
                    throw context.Mismatch("data whose shape starts with that of partitions", $"{data} and {partitions}");
                part = Shape.UnknownOfRank(1).Concat(data.Slice(partitions.Rank));
            }

            for (int i = 0; i < context.OutputCount; i++) context.SetOutput(i, part);
        },
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            int parts = operation.Outputs.Count;
            return context => Partition(context, mover, parts);
        },
        Gradient = context =>
        {
            Output partitions = context.X(1), prefix = Op.Shape(partitions);
            Output places = Op.Reshape(context.Graph.Range(0, Op.Size(partitions)), prefix);
            IReadOnlyList<Output> sorted = Op.DynamicPartition(places, partitions, context.Operation.Outputs.Count);
            Output joined = context.Graph.Add(ParallelDynamicStitch, null, [.. sorted, .. Parts(context)]).Output;
            return [Op.Reshape(joined, Op.Shape(context.X())), null];
        },
        Source = "TF 1.14 DynamicPartition, _DynamicPartitionGrads",
    };

    private static OpCard Stitch(string type) => new(type)
    {
        Summary = "A value whose row indices[m][i] is data[m][i]; of several rows for one place the last wins, a place without one is zero.",
        Signature = "indices: N * int32, data: N * T -> merged: T",
        Attributes = "N: int >= 1; T: type",
        Shape = context =>
        {
            int count = context.InputCount / 2, rows = 0;
            Shape slice = Shape.Unknown;
            for (int i = 0; i < count; i++)
            {
                Shape indices = context.Input(i), data = context.Input(count + i);
                if (context.Constant(i) is not { } known) rows = -1;
                else if (rows >= 0)
                    for (int k = 0; k < known.Length; k++) rows = Math.Max(rows, (int)Integers.At(known, k) + 1);
                if (!indices.HasRank || !data.HasRank) continue;
                if (data.Rank < indices.Rank || !data.Slice(0, indices.Rank).IsCompatibleWith(indices))
                    throw context.Mismatch($"data[{i}] whose shape starts with that of indices[{i}]", $"{data} and {indices}");
                slice = context.Merge(slice, data.Slice(indices.Rank), "slices of one shape");
            }

            context.SetOutput(0, slice.HasRank ? Shape.Vector(rows).Concat(slice) : slice);
        },
        Kernel = operation =>
        {
            var mover = Mover.For(operation["T"].Type);
            return context => StitchRows(context, mover);
        },
        Gradient = context =>
        {
            int count = context.Operation.Inputs.Count / 2;
            return [.. new Gradient?[count], .. Enumerable.Range(0, count).Select(i => (Gradient?)Op.Gather(context.Dy, context.X(i)))];
        },
        Source = $"TF 1.14 {type}, _DynamicStitchGrads",
    };

    private static void StitchRows(KernelContext context, Mover mover)
    {
        int count = context.InputCount / 2, rows = 0;
        Shape slice = context.Input(count).Shape.Slice(context.Input(0).Shape.Rank);
        for (int m = 0; m < count; m++)
        {
            Value indices = context.Input(m), data = context.Input(count + m);
            if (data.Shape != indices.Shape.Concat(slice))
                throw context.Invalid($"data[{m}].shape must start with indices[{m}].shape and end with {slice}, got {data.Shape} and {indices.Shape}");
            foreach (int index in indices.Span<int>())
            {
                if (index < 0) throw context.Invalid($"indices[{m}] must be 0 or more, got {index}");
                rows = Math.Max(rows, index + 1);
            }
        }

        Value y = context.Output(0, context.Input(count).DType, Shape.Vector(rows).Concat(slice));
        mover.Fill(y);
        for (int m = 0; m < count; m++) mover.ScatterRows(context.Input(count + m), context.Input(m).Span<int>(), y, Product(slice.Span));
    }

    private static void Partition(KernelContext context, Mover mover, int parts)
    {
        Value data = context.Input(0), partitions = context.Input(1);
        if (data.Shape.Rank < partitions.Shape.Rank || data.Shape.Slice(0, partitions.Shape.Rank) != partitions.Shape)
            throw context.Invalid($"data.shape must start with partitions.shape, got data.shape = {data.Shape}, partitions.shape = {partitions.Shape}");
        ReadOnlySpan<int> target = partitions.Span<int>();
        Value sizes = context.Temporary(DType.Int32, Shape.Vector(parts));
        sizes.Elements<int>().Clear();
        for (int i = 0; i < target.Length; i++)
        {
            if ((uint)target[i] >= (uint)parts)
                throw context.Invalid($"partitions[{Position(partitions.Shape, i)}] = {target[i]} is not in [0, {parts})");
            sizes.Elements<int>()[target[i]]++;
        }

        Shape slice = data.Shape.Slice(partitions.Shape.Rank);
        for (int part = 0; part < parts; part++)
        {
            int size = sizes.Span<int>()[part], found = 0;
            Value rows = context.Temporary(DType.Int32, Shape.Vector(size));
            Span<int> places = rows.Elements<int>();
            for (int i = 0; found < size; i++)
                if (target[i] == part) places[found++] = i;
            mover.Gather(data, rows, context.Output(part, data.DType, Shape.Vector(size).Concat(slice)),
                new GatherShape(1, 1, target.Length, Product(slice.Span), size));
        }
    }
}

public static partial class Op
{
    /// <summary>Puts slices together: row <c>indices[m][i]</c> of the result is <c>data[m][i]</c>; of several for one place the last wins.</summary>
    /// <param name="indices">int32; the largest of all says how many rows the result has.</param>
    /// <param name="data">As many values, whose shapes start with those of the indices.</param>
    /// <param name="name">The name; the type when null.</param>
    public static Output DynamicStitch(IReadOnlyList<Output> indices, IReadOnlyList<Output> data, string? name = null) =>
        data[0].Graph.Add(Cards.DynamicStitch, name, [.. indices, .. data]).Output;

    /// <summary>Sorts the slices of <paramref name="data"/> into parts: slice i goes to part <c>partitions[i]</c>.</summary>
    /// <param name="data">Any value; its shape starts with that of <paramref name="partitions"/>.</param>
    /// <param name="partitions">int32, each from 0 to <paramref name="count"/> - 1.</param>
    /// <param name="count">How many parts there are.</param>
    /// <param name="name">The name; the type when null.</param>
    public static IReadOnlyList<Output> DynamicPartition(Output data, Operand partitions, int count, string? name = null)
    {
        using NameScope scope = data.Graph.NameScope(name ?? "DynamicPartition");
        return data.Graph.Add(Cards.DynamicPartition, scope.Name + "/", [data, partitions.In(data.Graph, DType.Int32, "partitions")],
            ("num_partitions", (long)count)).Outputs;
    }
}
