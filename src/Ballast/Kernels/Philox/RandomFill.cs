using Ballast.Tensors;
using static Ballast.Kernels.Elementwise.UnaryLoop;

namespace Ballast.Kernels.Philox;

/// <summary>Fills spans from a stream. Each group of outputs has its own place in the stream, so threads change nothing.</summary>
internal static unsafe class RandomFill
{
    /// <summary>The draws that an operation which fills so many outputs takes from its stream: TensorFlow reserves 256 for each (guarded_philox_random.h).</summary>
    public static ulong Reserved(int count) => (ulong)count * 256;

    /// <summary>Uniform numbers in [0, 1).</summary>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not floating-point.</exception>
    public static void Uniform(PhiloxStream stream, DType dtype, Span<byte> y)
    {
        if (dtype == DType.Float32) SingleFill.Run<UniformSingles>(stream, Of<float>(y));
        else Run<UniformGroups>(stream, dtype, y);
    }

    /// <summary>Standard normal numbers.</summary>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not floating-point.</exception>
    public static void Normal(PhiloxStream stream, DType dtype, Span<byte> y)
    {
        if (dtype == DType.Float32) SingleFill.Run<NormalSingles>(stream, Of<float>(y));
        else Run<NormalGroups>(stream, dtype, y);
    }

    /// <summary>Standard normal numbers, those of size 2 and more drawn again.</summary>
    /// <exception cref="NotSupportedException"><paramref name="dtype"/> is not floating-point.</exception>
    public static void TruncatedNormal(PhiloxStream stream, DType dtype, Span<byte> y) => Run<TruncatedGroups>(stream, dtype, y);

    /// <summary>Integers in [<paramref name="low"/>, <paramref name="high"/>), by remainder as TensorFlow draws them.</summary>
    /// <exception cref="ArgumentException">The range is empty.</exception>
    public static void Integers(PhiloxStream stream, int low, int high, Span<int> y)
    {
        if (low >= high) throw new ArgumentException($"Need minval < maxval, got {low} >= {high}.");
        uint range = unchecked((uint)high - (uint)low);
        for (int i = 0; i < y.Length; i += 4, stream = stream.Skip(1))
        {
            Draw draw = stream.Current();
            for (int j = 0; j < Math.Min(4, y.Length - i); j++) y[i + j] = unchecked((int)((uint)low + (draw[j] % range)));
        }
    }

    /// <summary>Integers in [<paramref name="low"/>, <paramref name="high"/>), by remainder as TensorFlow draws them.</summary>
    /// <exception cref="ArgumentException">The range is empty.</exception>
    public static void Integers(PhiloxStream stream, long low, long high, Span<long> y)
    {
        if (low >= high) throw new ArgumentException($"Need minval < maxval, got {low} >= {high}.");
        ulong range = unchecked((ulong)high - (ulong)low);
        for (int i = 0; i < y.Length; i += 2, stream = stream.Skip(1))
        {
            Draw draw = stream.Current();
            for (int j = 0; j < Math.Min(2, y.Length - i); j++)
            {
                ulong bits = draw[2 * j] | ((ulong)draw[(2 * j) + 1] << 32);
                y[i + j] = unchecked((long)((ulong)low + (bits % range)));
            }
        }
    }

    private static void Run<TGroups>(PhiloxStream stream, DType dtype, Span<byte> y) where TGroups : struct, IGroups
    {
        switch (dtype)
        {
            case DType.Float32: Fill<TGroups, float>(stream, Of<float>(y)); break;
            case DType.Float64: Fill<TGroups, double>(stream, Of<double>(y)); break;
            case DType.Float16: Fill<TGroups, Half>(stream, Of<Half>(y)); break;
            case DType.BFloat16: Fill<TGroups, BFloat16>(stream, Of<BFloat16>(y)); break;
            default: throw new NotSupportedException($"Expected a floating-point dtype, got {dtype.Name()}.");
        }
    }

    private static void Fill<TGroups, T>(PhiloxStream stream, Span<T> y) where TGroups : struct, IGroups where T : unmanaged
    {
        fixed (T* start = y)
            Workers.For((int)(((long)y.Length + PartLength - 1) / PartLength), new Body<TGroups, T>
            {
                Stream = stream,
                Y = start,
                Length = y.Length,
            });
    }

    private const int PartLength = 4096;

    private struct Body<TGroups, T> : IParallelBody where TGroups : struct, IGroups where T : unmanaged
    {
        public PhiloxStream Stream;
        public T* Y;
        public int Length;

        public readonly void Invoke(int part)
        {
            T* group = stackalloc T[4];
            int size = sizeof(T) == sizeof(double) ? 2 : 4;
            int end = Math.Min((part + 1) * PartLength, Length);
            for (int i = part * PartLength; i < end; i += size)
            {
                PhiloxStream place = Stream.Skip((ulong)(i / size) * (ulong)TGroups.DrawsPerGroup(size));
                if (typeof(T) == typeof(double)) TGroups.Fill(place, new Span<double>(group, size));
                else Single(place, group);
                new ReadOnlySpan<T>(group, Math.Min(size, end - i)).CopyTo(new Span<T>(Y + i, size));
            }
        }

        private static void Single(PhiloxStream place, T* group)
        {
            Span<float> wide = stackalloc float[4];
            TGroups.Fill<T>(place, wide);
            if (typeof(T) == typeof(float)) wide.CopyTo(new Span<float>(group, 4));
            else Widening.Narrow(wide, new Span<T>(group, 4));
        }
    }

    /// <summary>A group: four outputs, of float64 two, which share a place in the stream.</summary>
    private interface IGroups
    {
        /// <summary>How far apart groups of so many outputs stand.</summary>
        static abstract int DrawsPerGroup(int outputs);

        /// <summary>Draws four outputs that will be rounded to <typeparamref name="T"/>.</summary>
        static abstract void Fill<T>(PhiloxStream place, Span<float> group);

        static abstract void Fill(PhiloxStream place, Span<double> group);
    }

    private readonly struct UniformGroups : IGroups
    {
        public static int DrawsPerGroup(int outputs) => 1;

        public static void Fill<T>(PhiloxStream place, Span<float> group)
        {
            Draw draw = place.Current();
            for (int i = 0; i < 4; i++)
                group[i] = typeof(T) == typeof(Half) ? (float)Distributions.UniformHalf(draw[i])
                    : typeof(T) == typeof(BFloat16) ? Distributions.UniformBFloat16(draw[i])
                    : Distributions.UniformSingle(draw[i]);
        }

        public static void Fill(PhiloxStream place, Span<double> group)
        {
            Draw draw = place.Current();
            group[0] = Distributions.UniformDouble(draw[0], draw[1]);
            group[1] = Distributions.UniformDouble(draw[2], draw[3]);
        }
    }

    private readonly struct NormalGroups : IGroups
    {
        public static int DrawsPerGroup(int outputs) => 1;

        public static void Fill<T>(PhiloxStream place, Span<float> group)
        {
            Draw draw = place.Current();
            (group[0], group[1]) = Distributions.Normal(draw[0], draw[1]);
            (group[2], group[3]) = Distributions.Normal(draw[2], draw[3]);
        }

        public static void Fill(PhiloxStream place, Span<double> group) =>
            (group[0], group[1]) = Distributions.Normal(place.Current());
    }

    private readonly struct TruncatedGroups : IGroups
    {
        private const float Bound = 2;

        // TensorFlow sets 256 numbers aside for each output: 64 draws.
        public static int DrawsPerGroup(int outputs) => 64 * outputs;

        public static void Fill<T>(PhiloxStream place, Span<float> group)
        {
            var reader = new PhiloxReader(place);
            for (int filled = 0; filled < group.Length;)
            {
                uint first = reader.Next();
                (float a, float b) = Distributions.Normal(first, reader.Next());
                if (MathF.Abs(a) < Bound) group[filled++] = a;
                if (filled < group.Length && MathF.Abs(b) < Bound) group[filled++] = b;
            }
        }

        public static void Fill(PhiloxStream place, Span<double> group)
        {
            for (int filled = 0; filled < group.Length; place = place.Skip(1))
            {
                (double a, double b) = Distributions.Normal(place.Current());
                if (Math.Abs(a) < Bound) group[filled++] = a;
                if (filled < group.Length && Math.Abs(b) < Bound) group[filled++] = b;
            }
        }
    }
}
