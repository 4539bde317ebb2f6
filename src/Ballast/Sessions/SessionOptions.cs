namespace Ballast.Sessions;

/// <summary>Settings of a session.</summary>
public sealed class SessionOptions
{
    /// <summary>Gets the seed for random operations that have none, neither their own nor the graph's.</summary>
    /// <value>Any number. The default is 0: such operations, too, draw the same numbers in every new session.</value>
    public long Seed { get; init; }

    /// <summary>
    /// Gets whether TensorFlow's sequence of operations for the global norm and its clip is recognised and run as one
    /// exact norm in float64. Turn it off for TensorFlow's own float32 arithmetic, overflow included.
    /// </summary>
    /// <value>The default is true.</value>
    public bool RecognizesClipping { get; init; } = true;

    /// <summary>Gets where Print operations write.</summary>
    /// <value>The default is <see cref="TextWriter.Null"/>: nowhere.</value>
    public TextWriter PrintTo { get; init; } = TextWriter.Null;
}
