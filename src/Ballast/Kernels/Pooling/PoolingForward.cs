using System.Numerics;

namespace Ballast.Kernels.Pooling;

/// <summary>What a pooling makes of the inputs under its window, one element and one vector at a time.</summary>
internal interface IPooling<T> where T : unmanaged
{
    T Start { get; }

    T Accept(T state, T x);

    Vector<T> Accept(Vector<T> state, Vector<T> x);

    T Finish(T state, int count);

    Vector<T> Finish(Vector<T> state, int count);
}

/// <summary>The largest input; starts from <paramref name="lowest"/>, the least finite number, and takes only what is greater.</summary>
internal readonly struct MaxPooling<T>(T lowest) : IPooling<T> where T : unmanaged, INumber<T>
{
    public T Start => lowest;

    public T Accept(T state, T x) => state < x ? x : state;

    public Vector<T> Accept(Vector<T> state, Vector<T> x) => Vector.ConditionalSelect(Vector.LessThan(state, x), x, state);

    public T Finish(T state, int count) => state;

    public Vector<T> Finish(Vector<T> state, int count) => state;
}

/// <summary>The mean of the inputs that are not padding.</summary>
internal readonly struct AveragePooling<T> : IPooling<T> where T : unmanaged, INumber<T>
{
    public T Start => T.Zero;

    public T Accept(T state, T x) => state + x;

    public Vector<T> Accept(Vector<T> state, Vector<T> x) => state + x;

    public T Finish(T state, int count) => state / T.CreateTruncating(count);

    public Vector<T> Finish(Vector<T> state, int count) => state / new Vector<T>(T.CreateTruncating(count));
}

/// <summary>Pools some output rows, which are counted through all images.</summary>
internal readonly unsafe struct PoolingForward<T, TPooling>(T* x, T* y, PoolingShape shape, int rowsPerPart, TPooling pooling)
    : IParallelBody where T : unmanaged where TPooling : struct, IPooling<T>
{
    public void Invoke(int part)
    {
        int end = (int)Math.Min((long)shape.Batch * shape.Height.Output, (part + 1L) * rowsPerPart);
        nint imageLength = (nint)shape.Height.Input * shape.Width.Input * shape.Channels;
        for (int row = part * rowsPerPart; row < end; row++)
        {
            (int image, int outputRow) = Math.DivRem(row, shape.Height.Output);
            T* target = y + ((nint)row * shape.Width.Output * shape.Channels);
            for (int column = 0; column < shape.Width.Output; column++, target += shape.Channels)
                Pool(x + (image * imageLength), target, new PoolingWindow(shape, outputRow, column));
        }
    }

    private void Pool(T* image, T* target, in PoolingWindow window)
    {
        int channel = 0;
        for (; channel <= shape.Channels - Vector<T>.Count; channel += Vector<T>.Count)
        {
            var state = new Vector<T>(pooling.Start);
            for (int line = 0; line < window.Lines; line++)
                for (int tap = 0; tap < window.Taps; tap++)
                    state = pooling.Accept(state, *(Vector<T>*)(image + window[line, tap] + channel));
            *(Vector<T>*)(target + channel) = pooling.Finish(state, window.Count);
        }

        for (; channel < shape.Channels; channel++)
        {
            T state = pooling.Start;
            for (int line = 0; line < window.Lines; line++)
                for (int tap = 0; tap < window.Taps; tap++)
                    state = pooling.Accept(state, image[window[line, tap] + channel]);
            target[channel] = pooling.Finish(state, window.Count);
        }
    }
}
