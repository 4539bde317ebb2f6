namespace Ballast.Kernels.Windows;

/// <summary>
/// One spatial axis of a convolution or pooling: a window of <see cref="Window"/> elements, <see cref="Dilation"/> apart, moves over
/// <see cref="Input"/> elements by <see cref="Stride"/>. Output o looks at inputs o·Stride - PadBefore + w·Dilation.
/// </summary>
/// <remarks>Output sizes and padding as in TensorFlow 1.14, <c>core/framework/common_shape_fns.cc</c>.</remarks>
internal readonly record struct WindowAxis
{
    private WindowAxis(int input, int window, int stride, int dilation, int padBefore, int output)
    {
        (Input, Window, Stride, Dilation, PadBefore, Output) = (input, window, stride, dilation, padBefore, output);
    }

    public int Input { get; }

    public int Window { get; }

    public int Stride { get; }

    public int Dilation { get; }

    /// <summary>How many elements of padding stand before the first input.</summary>
    public int PadBefore { get; }

    /// <summary>How many positions the window takes.</summary>
    public int Output { get; }

    /// <summary>Whether output o looks at input o and nothing else.</summary>
    public bool IsIdentity => Window == 1 && Stride == 1 && PadBefore == 0 && Output == Input;

    /// <summary>SAME: as many outputs as strides fit into the input, rounded up; an odd element of padding goes to the end.</summary>
    /// <exception cref="ArgumentException">Window, stride or dilation is less than 1, or the input negative.</exception>
    public static WindowAxis Same(int input, int window, int stride, int dilation = 1)
    {
        Check(input, window, stride, dilation);
        int output = (int)(((long)input + stride - 1) / stride);
        long padding = Math.Max(0, ((long)(output - 1) * stride) + Extent(window, dilation) - input);
        return new(input, window, stride, dilation, checked((int)(padding / 2)), output);
    }

    /// <summary>VALID: the window stays within the input.</summary>
    /// <exception cref="ArgumentException">Window, stride or dilation is less than 1, or the input too small for the window.</exception>
    public static WindowAxis Valid(int input, int window, int stride, int dilation = 1) =>
        Explicit(input, window, stride, dilation, 0, 0);

    /// <summary>EXPLICIT: so many elements of padding before and after the input.</summary>
    /// <exception cref="ArgumentException">A number is out of range, or the padded input too small for the window.</exception>
    public static WindowAxis Explicit(int input, int window, int stride, int dilation, int padBefore, int padAfter)
    {
        Check(input, window, stride, dilation);
        if (padBefore < 0 || padAfter < 0)
            throw new ArgumentException($"Expected padding of 0 or more, got {padBefore} and {padAfter}. Crop with Slice instead.");
        long output = ((long)input + padBefore + padAfter - Extent(window, dilation) + stride) / stride;
        if (output < 0)
            throw new ArgumentException(
                $"Expected an input of {Extent(window, dilation) - padBefore - padAfter} or more, got {input}. Use SAME padding or a smaller window.");
        return new(input, window, stride, dilation, padBefore, checked((int)output));
    }

    /// <summary>The input under the first element of the window; negative where that is padding.</summary>
    public int Start(int output) => (output * Stride) - PadBefore;

    /// <summary>The elements of the window at this position that are not padding: from First up to End.</summary>
    public (int First, int End) Inside(int output)
    {
        int start = Start(output);
        int first = start >= 0 ? 0 : (Dilation - 1 - start) / Dilation;
        int end = Math.Min(Window, (Input - start + Dilation - 1) / Dilation);
        return (Math.Min(first, Window), Math.Max(end, Math.Min(first, Window)));
    }

    /// <summary>The positions at which the whole window lies on the input: from First up to End.</summary>
    public (int First, int End) WholeOutputs
    {
        get
        {
            int first = (PadBefore + Stride - 1) / Stride;
            long slack = Input + PadBefore - Extent(Window, Dilation);
            int end = slack < 0 ? 0 : (int)Math.Min(Output, (slack / Stride) + 1);
            return (first, Math.Max(first, end));
        }
    }

    private static long Extent(int window, int dilation) => ((long)(window - 1) * dilation) + 1;

    private static void Check(int input, int window, int stride, int dilation)
    {
        if (input < 0 || window < 1 || stride < 1 || dilation < 1)
            throw new ArgumentException(
                $"Expected window, stride and dilation of 1 or more over an input of 0 or more, got {window}, {stride} and {dilation} over {input}. Correct the attributes.");
    }
}
