using System.Numerics;
using System.Runtime.CompilerServices;
using Ballast.Kernels.Elementwise;

namespace Ballast.Kernels.Philox;

/// <summary>Makes random numbers into float32 numbers, in place.</summary>
internal unsafe interface ISingles
{
    /// <summary>Takes whole vectors, an even number of them.</summary>
    static abstract void Convert(uint* numbers, int count);
}

/// <summary>Fills float32 spans in which every random number becomes one output: output i comes from number i of the stream.</summary>
internal static unsafe class SingleFill
{
    private const int PartLength = 4096;

    /// <summary>Fills <paramref name="y"/> from the stream's place on.</summary>
    public static void Run<TSingles>(PhiloxStream stream, Span<float> y) where TSingles : struct, ISingles
    {
        fixed (float* start = y)
            Workers.For((int)(((long)y.Length + PartLength - 1) / PartLength), new Body<TSingles> { Stream = stream, Y = start, Length = y.Length });
    }

    private struct Body<TSingles> : IParallelBody where TSingles : struct, ISingles
    {
        public PhiloxStream Stream;
        public float* Y;
        public int Length;

        [SkipLocalsInit]
        public readonly void Invoke(int part)
        {
            uint* numbers = stackalloc uint[PartLength];
            int start = part * PartLength, count = Math.Min(PartLength, Length - start);

            // As many draws as fill whole pairs of vectors.
            int atOnce = 4 * PhiloxLanes.Count;
            int drawn = (count + atOnce - 1) / atOnce * atOnce;
            PhiloxLanes.Fill(Stream.Skip((ulong)start / 4), numbers, drawn / 4);
            TSingles.Convert(numbers, drawn);
            new ReadOnlySpan<float>(numbers, count).CopyTo(new Span<float>(Y + start, count));
        }
    }
}

/// <summary>Uniform numbers in [0, 1).</summary>
internal readonly unsafe struct UniformSingles : ISingles
{
    public static void Convert(uint* numbers, int count)
    {
        for (int i = 0; i < count; i += Vector<uint>.Count)
            Of(Vector.Load(numbers + i)).Store((float*)numbers + i);
    }

    /// <summary><see cref="Distributions.UniformSingle"/> of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Of(Vector<uint> numbers) =>
        ((numbers & Vector.Create(0x7FFFFFu)) | Vector.Create(0x3F800000u)).As<uint, float>() - Vector<float>.One;
}

/// <summary>Standard normal numbers, two of each pair (Box and Muller 1958).</summary>
internal readonly unsafe struct NormalSingles : ISingles
{
    public static void Convert(uint* numbers, int count)
    {
        for (int i = 0; i < count; i += 2 * Vector<uint>.Count)
        {
            var pairs = (Vector<ulong>*)(numbers + i);
            Vector<ulong> lower = pairs[0], upper = pairs[1];
            (Vector<float> first, Vector<float> second) = Normal(Vector.Narrow(lower, upper), Vector.Narrow(lower >>> 32, upper >>> 32));
            Vector.Widen(first.As<float, uint>(), out Vector<ulong> lowerFirst, out Vector<ulong> upperFirst);
            Vector.Widen(second.As<float, uint>(), out Vector<ulong> lowerSecond, out Vector<ulong> upperSecond);
            pairs[0] = lowerFirst | (lowerSecond << 32);
            pairs[1] = upperFirst | (upperSecond << 32);
        }
    }

    /// <summary><see cref="Distributions.Normal(uint, uint)"/> of each pair of lanes, within the last two bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector<float> First, Vector<float> Second) Normal(Vector<uint> a, Vector<uint> b)
    {
        Vector<float> u = Vector.Max(UniformSingles.Of(a), Vector.Create(1e-7f));
        Vector<float> radius = Vector.SquareRoot(Vector.Create(-2f) * Transcendentals.Log(u));
        (Vector<float> sin, Vector<float> cos) = Transcendentals.SinCosOfTurn(Angle(UniformSingles.Of(b)));
        return (sin * radius, cos * radius);
    }

    /// <summary>2π·x, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Angle(Vector<float> x)
    {
        Vector.Widen(x, out Vector<double> lower, out Vector<double> upper);
        return Vector.Narrow(lower * (2 * Math.PI), upper * (2 * Math.PI));
    }
}
