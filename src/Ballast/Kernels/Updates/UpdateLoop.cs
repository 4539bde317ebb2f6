using System.Numerics;
using System.Runtime.CompilerServices;
using Ballast.Kernels.Elementwise;

namespace Ballast.Kernels.Updates;

/// <summary>The memory of one update: a variable, its slots and the gradient, all of one type and length.</summary>
internal unsafe struct UpdateMemory<T> where T : unmanaged
{
    public T* Variable;
    public T* First;
    public T* Second;
    public T* Third;
    public T* Gradient;

    /// <summary>The elements from <paramref name="variable"/> on, with a gradient that starts at <paramref name="gradient"/>.</summary>
    public readonly UpdateMemory<T> From(nint variable, nint gradient) => new()
    {
        Variable = Variable + variable,
        First = First + variable,
        Second = Second + variable,
        Third = Third + variable,
        Gradient = Gradient + gradient,
    };
}

/// <summary>
/// The one loop of all optimizers: reads each element of variable, slots and gradient once and writes it once. Float16
/// and bfloat16 are widened to float32 and rounded once.
/// </summary>
internal static unsafe class UpdateLoop
{
    /// <summary>Updates every element.</summary>
    /// <typeparam name="TUpdate">What the optimizer does.</typeparam>
    /// <typeparam name="T">What it computes in.</typeparam>
    /// <typeparam name="TElement">What is stored: <typeparamref name="T"/>, or a 16-bit type computed in float32.</typeparam>
    public static void Run<TUpdate, T, TElement>(TUpdate update, in UpdateMemory<TElement> memory, int length)
        where TUpdate : struct, IUpdate<T> where T : unmanaged where TElement : unmanaged =>
        Workers.For(Chunk.Parts(length), new Body<TUpdate, T, TElement> { Update = update, Memory = memory, Length = length });

    /// <summary>
    /// Updates the rows that <paramref name="rows"/> names, gradient row i for row <c>rows[i]</c>; one that occurs twice
    /// is updated twice, in order.
    /// </summary>
    public static void RunRows<TUpdate, T, TElement, TIndex>(TUpdate update, in UpdateMemory<TElement> memory,
        ReadOnlySpan<TIndex> rows, int width)
        where TUpdate : struct, IUpdate<T> where T : unmanaged where TElement : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        fixed (TIndex* indices = rows)
        {
            int parts = Math.Min(MostRowParts, Chunk.Parts((long)rows.Length * width));
            Workers.For(parts, new RowBody<TUpdate, T, TElement, TIndex>
            {
                Update = update,
                Memory = memory,
                Rows = indices,
                Count = rows.Length,
                Width = width,
                Parts = parts,
            });
        }
    }

    private const int MostRowParts = 16;

    private static void Some<TUpdate, T, TElement>(TUpdate update, in UpdateMemory<TElement> memory, int length)
        where TUpdate : struct, IUpdate<T> where T : unmanaged where TElement : unmanaged
    {
        if (typeof(T) == typeof(TElement))
            Apply(update, Unsafe.As<UpdateMemory<TElement>, UpdateMemory<T>>(ref Unsafe.AsRef(in memory)), length);
        else
            Widened<TUpdate, T, TElement>(update, memory, length);
    }

    private static void Apply<TUpdate, T>(TUpdate update, in UpdateMemory<T> memory, int length)
        where TUpdate : struct, IUpdate<T> where T : unmanaged
    {
        T* variable = memory.Variable, first = memory.First, second = memory.Second, third = memory.Third, gradient = memory.Gradient;
        Vector<T> a = default, b = default, c = default;
        int i = 0;
        for (; i <= length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> v = Vector.Load(variable + i);
            if (TUpdate.Slots > 0) a = Vector.Load(first + i);
            if (TUpdate.Slots > 1) b = Vector.Load(second + i);
            if (TUpdate.Slots > 2) c = Vector.Load(third + i);
            update.Invoke(ref v, ref a, ref b, ref c, Vector.Load(gradient + i));
            v.Store(variable + i);
            if (TUpdate.Slots > 0) a.Store(first + i);
            if (TUpdate.Slots > 1) b.Store(second + i);
            if (TUpdate.Slots > 2) c.Store(third + i);
        }

        int count = length - i;
        if (count == 0) return;
        Vector<T> last = Load(variable + i, count);
        if (TUpdate.Slots > 0) a = Load(first + i, count);
        if (TUpdate.Slots > 1) b = Load(second + i, count);
        if (TUpdate.Slots > 2) c = Load(third + i, count);
        update.Invoke(ref last, ref a, ref b, ref c, Load(gradient + i, count));
        Store(last, variable + i, count);
        if (TUpdate.Slots > 0) Store(a, first + i, count);
        if (TUpdate.Slots > 1) Store(b, second + i, count);
        if (TUpdate.Slots > 2) Store(c, third + i, count);
    }

    private static Vector<T> Load<T>(T* from, int count) where T : unmanaged => new Stream<T>(from).LoadTail(0, count);

    private static void Store<T>(Vector<T> lanes, T* to, int count) where T : unmanaged =>
        new ReadOnlySpan<T>(&lanes, count).CopyTo(new Span<T>(to, count));

    [SkipLocalsInit]
    private static void Widened<TUpdate, T, TElement>(TUpdate update, in UpdateMemory<TElement> memory, int length)
        where TUpdate : struct, IUpdate<T> where T : unmanaged where TElement : unmanaged
    {
        float* wide = stackalloc float[5 * Chunk.Length];
        var chunk = new UpdateMemory<float>
        {
            Variable = wide,
            First = wide + Chunk.Length,
            Second = wide + (2 * Chunk.Length),
            Third = wide + (3 * Chunk.Length),
            Gradient = wide + (4 * Chunk.Length),
        };
        for (int i = 0; i < length; i += Chunk.Length)
        {
            int count = Math.Min(Chunk.Length, length - i);
            Widen(memory.Variable + i, chunk.Variable, count);
            if (TUpdate.Slots > 0) Widen(memory.First + i, chunk.First, count);
            if (TUpdate.Slots > 1) Widen(memory.Second + i, chunk.Second, count);
            if (TUpdate.Slots > 2) Widen(memory.Third + i, chunk.Third, count);
            Widen(memory.Gradient + i, chunk.Gradient, count);
            Apply(update, Unsafe.As<UpdateMemory<float>, UpdateMemory<T>>(ref chunk), count);
            Narrow(chunk.Variable, memory.Variable + i, count);
            if (TUpdate.Slots > 0) Narrow(chunk.First, memory.First + i, count);
            if (TUpdate.Slots > 1) Narrow(chunk.Second, memory.Second + i, count);
            if (TUpdate.Slots > 2) Narrow(chunk.Third, memory.Third + i, count);
        }
    }

    private static void Widen<TElement>(TElement* from, float* to, int count) where TElement : unmanaged =>
        Widening.Widen(new ReadOnlySpan<TElement>(from, count), new Span<float>(to, count));

    private static void Narrow<TElement>(float* from, TElement* to, int count) where TElement : unmanaged =>
        Widening.Narrow(new ReadOnlySpan<float>(from, count), new Span<TElement>(to, count));

    private struct Body<TUpdate, T, TElement> : IParallelBody
        where TUpdate : struct, IUpdate<T> where T : unmanaged where TElement : unmanaged
    {
        public TUpdate Update;
        public UpdateMemory<TElement> Memory;
        public int Length;

        public readonly void Invoke(int part)
        {
            int start = part * Chunk.PartLength;
            Some<TUpdate, T, TElement>(Update, Memory.From(start, start), Math.Min(Chunk.PartLength, Length - start));
        }
    }

    /// <summary>Each part owns the rows whose number leaves its own remainder, so that a row that occurs twice stays in order.</summary>
    private struct RowBody<TUpdate, T, TElement, TIndex> : IParallelBody
        where TUpdate : struct, IUpdate<T> where T : unmanaged where TElement : unmanaged
        where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        public TUpdate Update;
        public UpdateMemory<TElement> Memory;
        public TIndex* Rows;
        public int Count;
        public int Width;
        public int Parts;

        public readonly void Invoke(int part)
        {
            for (int i = 0; i < Count; i++)
            {
                int row = int.CreateTruncating(Rows[i]);
                if (row % Parts == part)
                    Some<TUpdate, T, TElement>(Update, Memory.From((nint)row * Width, (nint)i * Width), Width);
            }
        }
    }
}
