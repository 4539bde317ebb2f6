using System.Numerics;
using Ballast.Tensors;

namespace Ballast.Kernels.Pooling;

/// <summary>Two-dimensional pooling by maximum or mean, and its gradients, of float32, float64, float16 and bfloat16.</summary>
/// <remarks>
/// <para>
/// NaN is met as TensorFlow 1.14 meets it on a CPU (<c>pooling_ops_common.h</c>, <c>maxpooling_op.cc</c>). The maximum of a window passes NaN over:
/// it starts from the least finite number and takes what is greater, so a window of NaN or -Inf only gives that number. Its gradient starts from the
/// window's first input instead: a NaN there takes the gradient, a NaN elsewhere never does. The mean propagates NaN and ±Inf.
/// </para>
/// <para>
/// The result is the same bits whatever the number of threads. float16 and bfloat16 are summed in float32 and rounded once.
/// Padding takes no part. Outputs must not overlap inputs.
/// </para>
/// </remarks>
internal static unsafe class Pooling2D
{
    /// <summary>A part visits at least so many inputs, some 20 µs.</summary>
    private const long VisitsPerPart = 1 << 16;

    private enum Direction
    {
        Max,
        MaxGradient,
        Average,
        AverageGradient,
    }

    /// <summary>The largest input of every window.</summary>
    /// <exception cref="ArgumentException">A span is not as long as the shape says.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the types above.</exception>
    public static void Max<T>(ReadOnlySpan<T> x, Span<T> y, in PoolingShape shape) where T : unmanaged
    {
        Check("MaxPool", shape, x.Length, y.Length);
        Run(Direction.Max, x, [], y, shape);
    }

    /// <summary>The gradient for the input: each output's goes to its largest input, the first of several.</summary>
    /// <exception cref="ArgumentException">A span is not as long as the shape says.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the types above.</exception>
    public static void MaxGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dx, in PoolingShape shape) where T : unmanaged
    {
        Check("MaxPoolGrad", shape, x.Length, dy.Length);
        Check("MaxPoolGrad", shape, dx.Length, dy.Length);
        Run(Direction.MaxGradient, x, dy, dx, shape);
    }

    /// <summary>The mean of every window's inputs, padding left out; NaN for a window of padding only.</summary>
    /// <exception cref="ArgumentException">A span is not as long as the shape says.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the types above.</exception>
    public static void Average<T>(ReadOnlySpan<T> x, Span<T> y, in PoolingShape shape) where T : unmanaged
    {
        Check("AvgPool", shape, x.Length, y.Length);
        Run(Direction.Average, x, [], y, shape);
    }

    /// <summary>The gradient for the input: each output's, divided by its number of inputs, goes to all of them.</summary>
    /// <exception cref="ArgumentException">A span is not as long as the shape says.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the types above.</exception>
    public static void AverageGradient<T>(ReadOnlySpan<T> dy, Span<T> dx, in PoolingShape shape) where T : unmanaged
    {
        Check("AvgPoolGrad", shape, dx.Length, dy.Length);
        Run(Direction.AverageGradient, [], dy, dx, shape);
    }

    private static void Run<T>(Direction direction, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> result, in PoolingShape shape)
        where T : unmanaged
    {
        if (result.Length == 0) return;
        if (shape.OutputLength == 0)
        {
            result.Clear();
            return;
        }

        if (typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16))
        {
            RunWidened(direction, x, dy, result, shape);
            return;
        }

        fixed (T* pointerX = x, pointerDy = dy, pointerResult = result)
        {
            if (typeof(T) == typeof(float))
                Run(direction, (float*)pointerX, (float*)pointerDy, (float*)pointerResult, shape.ChannelsLast(), float.MinValue);
            else if (typeof(T) == typeof(double))
                Run(direction, (double*)pointerX, (double*)pointerDy, (double*)pointerResult, shape.ChannelsLast(), double.MinValue);
            else
                throw new NotSupportedException(
                    $"Pooling: expected float32, float64, float16 or bfloat16, got {typeof(T).Name}. Cast the input first.");
        }
    }

    private static void Run<T>(Direction direction, T* x, T* dy, T* result, in PoolingShape shape, T lowest) where T : unmanaged, INumber<T>
    {
        long visitsPerRow = (long)shape.Width.Output * shape.Channels * shape.Height.Window * shape.Width.Window;
        int rows = checked(shape.Batch * shape.Height.Output);
        int rowsPerPart = (int)Math.Clamp(VisitsPerPart / visitsPerRow, 1, rows);
        int imagesPerPart = (rowsPerPart + shape.Height.Output - 1) / shape.Height.Output;
        int rowParts = ((rows - 1) / rowsPerPart) + 1, imageParts = ((shape.Batch - 1) / imagesPerPart) + 1;
        switch (direction)
        {
            case Direction.Max:
                var max = new MaxPooling<T>(lowest);
                Workers.For(rowParts, new PoolingForward<T, MaxPooling<T>>(x, result, shape, rowsPerPart, max));
                break;
            case Direction.Average:
                Workers.For(rowParts, new PoolingForward<T, AveragePooling<T>>(x, result, shape, rowsPerPart, default));
                break;
            case Direction.MaxGradient:
                Workers.For(imageParts, new PoolingBackprop<T, MaxPoolingGradient<T>>(x, dy, result, shape, imagesPerPart, default));
                break;
            default:
                Workers.For(imageParts, new PoolingBackprop<T, AveragePoolingGradient<T>>(x, dy, result, shape, imagesPerPart, default));
                break;
        }
    }

    private static void RunWidened<T>(Direction direction, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> result, in PoolingShape shape)
        where T : unmanaged
    {
        using Scratch loanX = Scratch.Borrow(x.Length, out float* wideX);
        using Scratch loanDy = Scratch.Borrow(dy.Length, out float* wideDy);
        using Scratch loanResult = Scratch.Borrow(result.Length, out float* wideResult);
        Widening.Widen(x, new Span<float>(wideX, x.Length));
        Widening.Widen(dy, new Span<float>(wideDy, dy.Length));
        float lowest = typeof(T) == typeof(Half) ? (float)Half.MinValue : -(float)BFloat16.MaxValue;
        Run(direction, wideX, wideDy, wideResult, shape.ChannelsLast(), lowest);
        Widening.Narrow(new ReadOnlySpan<float>(wideResult, result.Length), result);
    }

    private static void Check(string operation, in PoolingShape shape, int input, int output)
    {
        if (input != shape.InputLength || output != shape.OutputLength)
            throw new ArgumentException(
                $"{operation}: expected {shape.InputLength} elements of input and {shape.OutputLength} of output, got {input} and {output}. "
                + "Give whole arrays of the shape's size.");
    }
}
