using System.Numerics;

namespace Ballast.Kernels.Pooling;

/// <summary>How the gradient of one output goes back to the inputs under its window.</summary>
internal unsafe interface IPoolingGradient<T> where T : unmanaged
{
    /// <summary>Adds to the gradient of an image's inputs what one output pixel, of all channels, gives.</summary>
    void Spread(T* x, T* dy, T* dx, int channels, in PoolingWindow window);
}

/// <summary>All of it to the largest input, the first of several in the order of lines; a NaN in the first place stays the largest.</summary>
internal readonly unsafe struct MaxPoolingGradient<T> : IPoolingGradient<T> where T : unmanaged, INumber<T>
{
    public void Spread(T* x, T* dy, T* dx, int channels, in PoolingWindow window)
    {
        if (window.Count == 0) return;
        int channel = 0;
        for (; channel <= channels - Vector<T>.Count; channel += Vector<T>.Count)
            SpreadVector(x + channel, *(Vector<T>*)(dy + channel), dx + channel, window);
        for (; channel < channels; channel++) SpreadElement(x + channel, dy[channel], dx + channel, window);
    }

    private static void SpreadElement(T* x, T dy, T* dx, in PoolingWindow window)
    {
        nint largest = window[0, 0];
        for (int line = 0; line < window.Lines; line++)
            for (int tap = 0; tap < window.Taps; tap++)
                if (x[largest] < x[window[line, tap]]) largest = window[line, tap];
        dx[largest] += dy;
    }

    /// <summary>Finds the ordinal of the largest input in each lane, and then adds to the lanes whose turn it is.</summary>
    private static void SpreadVector(T* x, Vector<T> dy, T* dx, in PoolingWindow window)
    {
        Vector<T> largest = *(Vector<T>*)(x + window[0, 0]), place = Vector<T>.Zero, ordinal = Vector<T>.Zero;
        for (int line = 0; line < window.Lines; line++)
            for (int tap = 0; tap < window.Taps; tap++, ordinal += Vector<T>.One)
            {
                Vector<T> candidate = *(Vector<T>*)(x + window[line, tap]);
                Vector<T> larger = Vector.LessThan(largest, candidate);
                largest = Vector.ConditionalSelect(larger, candidate, largest);
                place = Vector.ConditionalSelect(larger, ordinal, place);
            }

        ordinal = Vector<T>.Zero;
        for (int line = 0; line < window.Lines; line++)
            for (int tap = 0; tap < window.Taps; tap++, ordinal += Vector<T>.One)
            {
                var target = (Vector<T>*)(dx + window[line, tap]);
                *target = Vector.ConditionalSelect(Vector.Equals(place, ordinal), *target + dy, *target);
            }
    }
}

/// <summary>An equal share to every input that is not padding.</summary>
internal readonly unsafe struct AveragePoolingGradient<T> : IPoolingGradient<T> where T : unmanaged, INumber<T>
{
    public void Spread(T* x, T* dy, T* dx, int channels, in PoolingWindow window)
    {
        // TensorFlow multiplies by the rounded reciprocal, which is not always what a division gives.
        T share = T.CreateTruncating(1.0 / window.Count);
        for (int line = 0; line < window.Lines; line++)
            for (int tap = 0; tap < window.Taps; tap++)
                AddScaled(dy, share, dx + window[line, tap], channels);
    }

    private static void AddScaled(T* dy, T share, T* dx, int channels)
    {
        int channel = 0;
        for (; channel <= channels - Vector<T>.Count; channel += Vector<T>.Count)
            *(Vector<T>*)(dx + channel) += *(Vector<T>*)(dy + channel) * share;
        for (; channel < channels; channel++) dx[channel] += dy[channel] * share;
    }
}

/// <summary>The gradient for the inputs of some images, output by output in order.</summary>
internal readonly unsafe struct PoolingBackprop<T, TGradient>(T* x, T* dy, T* dx, PoolingShape shape, int imagesPerPart, TGradient gradient)
    : IParallelBody where T : unmanaged where TGradient : struct, IPoolingGradient<T>
{
    public void Invoke(int part)
    {
        int end = (int)Math.Min(shape.Batch, (part + 1L) * imagesPerPart);
        nint inputLength = (nint)shape.Height.Input * shape.Width.Input * shape.Channels;
        nint outputLength = (nint)shape.Height.Output * shape.Width.Output * shape.Channels;
        for (int image = part * imagesPerPart; image < end; image++)
            Spread(x + (image * inputLength), dy + (image * outputLength), dx + (image * inputLength), (int)inputLength);
    }

    private void Spread(T* imageX, T* imageDy, T* imageDx, int inputLength)
    {
        new Span<T>(imageDx, inputLength).Clear();
        for (int row = 0; row < shape.Height.Output; row++)
            for (int column = 0; column < shape.Width.Output; column++, imageDy += shape.Channels)
                gradient.Spread(imageX, imageDy, imageDx, shape.Channels, new PoolingWindow(shape, row, column));
    }
}
