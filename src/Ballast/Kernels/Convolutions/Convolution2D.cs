using System.Numerics;
using Ballast.Tensors;

namespace Ballast.Kernels.Convolutions;

/// <summary>
/// Two-dimensional convolution (TensorFlow's: no flip of the filter) and its two gradients, of float32, float64, float16 and bfloat16.
/// </summary>
/// <remarks>
/// The result is the same bits whatever the number of threads. NaN and ±Inf propagate as IEEE 754 has it, except that padding takes part as 0.
/// float16 and bfloat16 are summed in float32 and rounded once. Outputs must not overlap inputs.
/// </remarks>
internal static unsafe class Convolution2D
{
    /// <summary>The output, from the input and the filter.</summary>
    /// <exception cref="ArgumentException">A span is not as long as the shape says.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the types above.</exception>
    public static void Forward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> filter, Span<T> y, in ConvolutionShape shape) where T : unmanaged
    {
        Check("Conv2D", shape, x.Length, filter.Length, y.Length);
        Run(Direction.Forward, x, filter, y, shape);
    }

    /// <summary>The gradient for the input, from the filter and the gradient for the output.</summary>
    /// <exception cref="ArgumentException">A span is not as long as the shape says.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the types above.</exception>
    public static void BackpropInput<T>(ReadOnlySpan<T> filter, ReadOnlySpan<T> dy, Span<T> dx, in ConvolutionShape shape) where T : unmanaged
    {
        Check("Conv2DBackpropInput", shape, dx.Length, filter.Length, dy.Length);
        Run(Direction.BackpropInput, filter, dy, dx, shape);
    }

    /// <summary>The gradient for the filter, from the input and the gradient for the output.</summary>
    /// <exception cref="ArgumentException">A span is not as long as the shape says.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the types above.</exception>
    public static void BackpropFilter<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> dFilter, in ConvolutionShape shape) where T : unmanaged
    {
        Check("Conv2DBackpropFilter", shape, x.Length, dFilter.Length, dy.Length);
        Run(Direction.BackpropFilter, x, dy, dFilter, shape);
    }

    private enum Direction
    {
        Forward,
        BackpropInput,
        BackpropFilter,
    }

    private static void Run<T>(Direction direction, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, in ConvolutionShape shape)
        where T : unmanaged
    {
        if (result.Length == 0) return;
        if (left.Length == 0 || right.Length == 0)
        {
            result.Clear();
            return;
        }

        if (typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16))
        {
            RunWidened(direction, left, right, result, shape);
            return;
        }

        fixed (T* l = left, r = right, target = result)
        {
            if (typeof(T) == typeof(float)) Run(direction, (float*)l, (float*)r, (float*)target, shape);
            else if (typeof(T) == typeof(double)) Run(direction, (double*)l, (double*)r, (double*)target, shape);
            else
                throw new NotSupportedException(
                    $"Conv2D: expected float32, float64, float16 or bfloat16, got {typeof(T).Name}. Cast the operands first.");
        }
    }

    private static void Run<T>(Direction direction, T* left, T* right, T* result, in ConvolutionShape shape) where T : unmanaged, INumber<T>
    {
        if (direction == Direction.BackpropInput)
        {
            ConvolutionBands strips = ConvolutionBands.OfInput(shape);
            Workers.For(strips.Strips, new ConvolutionBackpropInput<T>(left, right, result, shape, strips));
            return;
        }

        ConvolutionBands bands = ConvolutionBands.OfOutput(shape);
        if (direction == Direction.Forward)
        {
            Workers.For(bands.Count, new ConvolutionForward<T>(left, right, result, shape, bands));
            return;
        }

        int sums = ConvolutionBackpropFilter<T>.SumsFor(shape, bands);
        using Scratch loan = Scratch.Borrow((sums - 1) * (nint)shape.FilterLength, out T* partialSums);
        var body = new ConvolutionBackpropFilter<T>(left, right, result, partialSums, sums, shape, bands);
        Workers.For(sums, body);
        body.AddUp();
    }

    private static void RunWidened<T>(Direction direction, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, in ConvolutionShape shape)
        where T : unmanaged
    {
        using Scratch loanLeft = Scratch.Borrow(left.Length, out float* wideLeft);
        using Scratch loanRight = Scratch.Borrow(right.Length, out float* wideRight);
        using Scratch loanResult = Scratch.Borrow(result.Length, out float* wideResult);
        Widening.Widen(left, new Span<float>(wideLeft, left.Length));
        Widening.Widen(right, new Span<float>(wideRight, right.Length));
        Run(direction, wideLeft, wideRight, wideResult, shape);
        Widening.Narrow(new ReadOnlySpan<float>(wideResult, result.Length), result);
    }

    private static void Check(string operation, in ConvolutionShape shape, int input, int filter, int output)
    {
        if (input != shape.InputLength || filter != shape.FilterLength || output != shape.OutputLength)
            throw new ArgumentException(
                $"{operation}: expected {shape.InputLength} elements of input, {shape.FilterLength} of filter and {shape.OutputLength} of output, "
                + $"got {input}, {filter} and {output}. Give whole arrays of the shape's size.");
    }
}
