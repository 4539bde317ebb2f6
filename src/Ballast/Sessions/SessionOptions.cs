namespace Ballast.Sessions;

/// <summary>Settings of a session.</summary>
public sealed class SessionOptions
{
    /// <summary>Gets the seed for random operations that have none, neither their own nor the graph's.</summary>
    /// <value>Any number. The default is 0: such operations, too, draw the same numbers in every new session.</value>
    public long Seed { get; init; }

    /// <summary>Gets where Print operations write.</summary>
    /// <value>The default is <see cref="TextWriter.Null"/>: nowhere.</value>
    public TextWriter PrintTo { get; init; } = TextWriter.Null;
}
