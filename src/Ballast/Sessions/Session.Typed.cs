using System.Numerics.Tensors;
using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Sessions;

/// <content>Runs with typed results: one, several, a list, named.</content>
public sealed partial class Session
{
    /// <summary>Runs an operation for its effect.</summary>
    /// <exception cref="OperationException">An operation failed; the exception names it.</exception>
    public void Run(Operation target, Feeds? feeds = null, CancellationToken cancellationToken = default) =>
        Run([], [target], feeds, [], null, null, cancellationToken);

    /// <summary>Runs what one output needs, and gives its value.</summary>
    /// <exception cref="OperationException">An operation failed; the exception names it.</exception>
    public Value Run(Output fetch, Feeds? feeds = null, CancellationToken cancellationToken = default) =>
        Run([fetch], [], feeds, cancellationToken: cancellationToken)[0];

    /// <summary>Runs what the outputs need, and gives their values in order.</summary>
    /// <exception cref="OperationException">An operation failed; the exception names it.</exception>
    public IReadOnlyList<Value> Run(IReadOnlyList<Output> fetches, Feeds? feeds = null,
        ReadOnlySpan<Operation> targets = default, CancellationToken cancellationToken = default) =>
        Run([.. fetches], targets, feeds, cancellationToken: cancellationToken);

    /// <summary>Runs what the outputs need, and gives their values under the same names.</summary>
    /// <exception cref="OperationException">An operation failed; the exception names it.</exception>
    public IReadOnlyDictionary<string, Value> Run(IReadOnlyDictionary<string, Output> fetches, Feeds? feeds = null,
        ReadOnlySpan<Operation> targets = default, CancellationToken cancellationToken = default)
    {
        string[] names = [.. fetches.Keys];
        Value[] values = Run([.. names.Select(n => fetches[n])], targets, feeds, cancellationToken: cancellationToken);
        return names.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    /// <summary>Runs what one output needs, and gives it as <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">
    /// A number, bool or string for a scalar; an array of one dimension for a vector; <see cref="Tensor{T}"/> of
    /// float, double, int, long or bool; or <see cref="Value"/>.
    /// </typeparam>
    /// <exception cref="OperationException">An operation failed; the exception names it.</exception>
    /// <exception cref="InvalidOperationException">The value is no <typeparamref name="T"/>.</exception>
    public T Run<T>(Output fetch, Feeds? feeds = null, ReadOnlySpan<Operation> targets = default,
        CancellationToken cancellationToken = default) =>
        As<T>(fetch, Run([fetch], targets, feeds, cancellationToken: cancellationToken)[0]);

    /// <summary>Runs what two outputs need, and gives them typed; see <see cref="Run{T}(Output, Feeds?, ReadOnlySpan{Operation}, CancellationToken)"/>.</summary>
    /// <exception cref="OperationException">An operation failed; the exception names it.</exception>
    public (T1, T2) Run<T1, T2>((Output, Output) fetches, Feeds? feeds = null,
        ReadOnlySpan<Operation> targets = default, CancellationToken cancellationToken = default)
    {
        Value[] values = Run([fetches.Item1, fetches.Item2], targets, feeds, cancellationToken: cancellationToken);
        return (As<T1>(fetches.Item1, values[0]), As<T2>(fetches.Item2, values[1]));
    }

    /// <summary>Runs what three outputs need, and gives them typed; see <see cref="Run{T}(Output, Feeds?, ReadOnlySpan{Operation}, CancellationToken)"/>.</summary>
    /// <exception cref="OperationException">An operation failed; the exception names it.</exception>
    public (T1, T2, T3) Run<T1, T2, T3>((Output, Output, Output) fetches, Feeds? feeds = null,
        ReadOnlySpan<Operation> targets = default, CancellationToken cancellationToken = default)
    {
        Value[] values = Run([fetches.Item1, fetches.Item2, fetches.Item3], targets, feeds,
            cancellationToken: cancellationToken);
        return (As<T1>(fetches.Item1, values[0]), As<T2>(fetches.Item2, values[1]), As<T3>(fetches.Item3, values[2]));
    }

    private static T As<T>(Output fetch, Value value)
    {
        try
        {
            return value.To<T>();
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidOperationException($"Fetch '{fetch.Name}': {error.Message}", error);
        }
    }
}
