using System.Runtime.CompilerServices;
using Ballast.Kernels.Elementwise;
using Ballast.Kernels.Reductions;
using Ballast.Tensors;

namespace Ballast.Kernels.Normalization;

/// <summary>
/// Normalisation by the neighbouring channels (Krizhevsky et al. 2012): <c>y = x / n^beta</c> with <c>n = bias + alpha·Σ x²</c> over the channels at
/// most <paramref name="Radius"/> away. Computed in float64 and rounded once.
/// </summary>
internal readonly record struct LocalResponse(int Radius, double Bias, double Alpha, double Beta)
{
    /// <summary>Normalises rows of channels.</summary>
    public unsafe void Forward<T>(ReadOnlySpan<T> x, int channels, Span<T> y) where T : unmanaged
    {
        if (x.Length == 0) return;
        fixed (T* from = x, to = y)
            Workers.For(Parts(x.Length, channels), new Body<T> { Rule = this, X = from, Result = to, Channels = channels, Length = x.Length });
    }

    /// <summary>The gradient: <c>dy / n^beta - 2·alpha·beta·x·Σ dy·y / n</c> over the same neighbours.</summary>
    public unsafe void Backprop<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, ReadOnlySpan<T> y, int channels, Span<T> dx) where T : unmanaged
    {
        if (x.Length == 0) return;
        fixed (T* from = x, output = y, gradient = dy, to = dx)
            Workers.For(Parts(x.Length, channels), new Body<T>
            {
                Rule = this,
                X = from,
                Y = output,
                Dy = gradient,
                Result = to,
                Channels = channels,
                Length = x.Length,
            });
    }

    private static int RowsPerPart(int channels) => Math.Max(1, Chunk.PartLength / channels);

    private static int Parts(int length, int channels) => (((length / channels) - 1) / RowsPerPart(channels)) + 1;

    private unsafe struct Body<T> : IParallelBody where T : unmanaged
    {
        public LocalResponse Rule;
        public T* X;
        public T* Y;
        public T* Dy;
        public T* Result;
        public int Channels;
        public int Length;

        public readonly void Invoke(int part)
        {
            int rows = RowsPerPart(Channels);
            int end = Math.Min((part + 1) * rows, Length / Channels);
            using Scratch loan = Scratch.Borrow(Channels, out double* norms);
            for (int row = part * rows; row < end; row++)
            {
                nint start = (nint)row * Channels;
                for (int c = 0; c < Channels; c++) norms[c] = Norm(X + start, c);
                for (int c = 0; c < Channels; c++)
                    Result[start + c] = Accumulation.Round<T, double>(Y is null
                        ? Wide(X[start + c]) * Math.Pow(norms[c], -Rule.Beta)
                        : Gradient(X + start, Y + start, Dy + start, norms, c));
            }
        }

        private readonly double Norm(T* x, int channel)
        {
            double squares = 0;
            for (int i = First(channel); i < End(channel); i++) squares += Wide(x[i]) * Wide(x[i]);
            return Rule.Bias + (Rule.Alpha * squares);
        }

        private readonly double Gradient(T* x, T* y, T* dy, double* norms, int channel)
        {
            double sum = 0;
            for (int i = First(channel); i < End(channel); i++) sum += Wide(dy[i]) * Wide(y[i]) / norms[i];
            return (Wide(dy[channel]) * Math.Pow(norms[channel], -Rule.Beta)) - (2 * Rule.Alpha * Rule.Beta * Wide(x[channel]) * sum);
        }

        private readonly int First(int channel) => Math.Max(0, channel - Rule.Radius);

        private readonly int End(int channel) => Math.Min(Channels, channel + Rule.Radius + 1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static double Wide(T element)
        {
            if (typeof(T) == typeof(float)) return Unsafe.BitCast<T, float>(element);
            return typeof(T) == typeof(Half) ? (double)Unsafe.BitCast<T, Half>(element) : Unsafe.BitCast<T, BFloat16>(element);
        }
    }
}
