using System.Runtime.CompilerServices;
using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>
/// The variables of one update, entered together: all have a value, and one shape, before any is written. So an update
/// that fails changes nothing.
/// </summary>
internal ref struct VariableUpdates
{
    /// <summary>A variable and its three slots.</summary>
    private const int Most = 4;

    private Entered _entered;
    private States _states;
    private Values _values;
    private int _count;

    /// <summary>Enters the variables that the first <paramref name="count"/> inputs refer to.</summary>
    /// <exception cref="FailedPreconditionException">One of them has no value yet.</exception>
    /// <exception cref="InvalidArgumentException">They differ in dtype or shape.</exception>
    public VariableUpdates(KernelContext context, int count)
    {
        Span<int> order = stackalloc int[count];
        for (int i = 0; i < count; i++)
        {
            _states[i] = context.Variable(i);
            if (!_states[i].IsInitialized) throw _states[i].Uninitialized(context.Operation);
            order[i] = i;
        }

        // By name, so that two updates that share variables never wait for each other.
        SortByName(order);
        try
        {
            foreach (int i in order)
            {
                _entered[_count] = _states[i].BeginUpdate(context);
                _count++;
            }

            // Entering the same variable twice may have replaced its value, so that the last one counts.
            for (int i = 0; i < count; i++) _values[i] = ValueOf(_states[i], order);
            CheckAlike(context, count);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The content of the variable at input <paramref name="index"/>, to be changed in place.</summary>
    public readonly Value this[int index] => _values[index];

    /// <summary>Leaves the variables.</summary>
    public void Dispose()
    {
        while (_count > 0) _entered[--_count].Dispose();
    }

    private readonly Value ValueOf(VariableState state, ReadOnlySpan<int> order)
    {
        for (int i = order.Length - 1; i >= 0; i--)
            if (_states[order[i]] == state) return _entered[i].Value;
        throw new ArgumentException($"Variable {state} was not entered.", nameof(state));
    }

    private readonly void CheckAlike(KernelContext context, int count)
    {
        Value first = _values[0];
        for (int i = 1; i < count; i++)
            if (_values[i].DType != first.DType || _values[i].Shape != first.Shape)
                throw context.Invalid($"{_states[0]} and {_states[i]} do not have the same dtype and shape: " +
                    $"{first.DType.Name()}{first.Shape} and {_values[i].DType.Name()}{_values[i].Shape}.");
    }

    private readonly void SortByName(Span<int> order)
    {
        for (int i = 1; i < order.Length; i++)
            for (int j = i; j > 0 && string.CompareOrdinal(_states[order[j - 1]].Name, _states[order[j]].Name) > 0; j--)
                (order[j - 1], order[j]) = (order[j], order[j - 1]);
    }

    [InlineArray(Most)]
    private struct States
    {
        private VariableState _first;
    }

    [InlineArray(Most)]
    private struct Values
    {
        private Value _first;
    }

    [InlineArray(Most)]
    private struct Entered
    {
        private VariableState.Update _first;
    }
}
