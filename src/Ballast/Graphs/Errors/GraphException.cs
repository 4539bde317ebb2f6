namespace Ballast.Graphs;

/// <summary>Thrown while a graph is built, when an operation cannot be made as asked.</summary>
public class GraphException : InvalidOperationException
{
    /// <summary>Makes the error: who, what was expected, what came, what to do.</summary>
    public GraphException(string type, string name, string expected, string actual, string remedy,
        SourceLocation? source = null)
        : base($"{type} '{name}'{(source is null ? "" : $" ({source})")}: expected {expected}, got {actual}. {remedy}".TrimEnd())
    {
        (OperationType, OperationName, Expected, Actual, Remedy, Location) =
            (type, name, expected, actual, remedy, source);
    }

    /// <summary>The type of the operation, such as <c>MatMul</c>.</summary>
    public string OperationType { get; }

    /// <summary>The name that the operation would have had.</summary>
    public string OperationName { get; }

    /// <summary>What would have been right.</summary>
    public string Expected { get; }

    /// <summary>What was found.</summary>
    public string Actual { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }

    /// <summary>The line of C# that asked for the operation; null when unknown.</summary>
    public SourceLocation? Location { get; }
}

/// <summary>Thrown while a graph is built, when an operation cannot accept its inputs' shapes.</summary>
public sealed class ShapeMismatchException(string type, string name, string expected, string actual, string remedy,
    SourceLocation? source = null) : GraphException(type, name, expected, actual, remedy, source);

/// <summary>Thrown when a gradient is asked for through an operation that has none.</summary>
public sealed class NoGradientException(Operation operation, string reason)
    : GraphException(operation.Type, operation.Name, "an operation with a gradient", reason,
        "Stop the gradient before it with StopGradient, or build the value from differentiable operations.",
        operation.Source);
