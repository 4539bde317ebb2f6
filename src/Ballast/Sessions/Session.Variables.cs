using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;

namespace Ballast.Sessions;

/// <content>Variables: first values, reading, writing.</content>
public sealed partial class Session
{
    /// <summary>Gives variables their initial values; those that have one already start anew.</summary>
    /// <param name="variables">Which; all variables of the graph when empty.</param>
    /// <exception cref="OperationException">An initializer failed; the exception names it.</exception>
    public void Initialize(params ReadOnlySpan<Variable> variables)
    {
        IReadOnlyList<Variable> chosen = variables.IsEmpty ? graph.Variables : variables.ToArray();
        if (chosen.Count > 0) _ = Run([], [.. chosen.Select(v => v.Initializer)]);
    }

    /// <summary>The value of a variable as it is now; later updates do not change it.</summary>
    /// <exception cref="FailedPreconditionException">The variable has no value yet.</exception>
    public Value Read(Variable variable)
    {
        VariableState state = StateOf(variable);
        return state.TryRead() ?? throw state.Uninitialized(variable.Handle.Operation);
    }

    /// <summary>Whether a variable has a value.</summary>
    public bool IsInitialized(Variable variable) => StateOf(variable).IsInitialized;

    /// <summary>Gives a variable a value. The numbers are shared, not copied: do not change them.</summary>
    /// <exception cref="ArgumentException">The value has not the variable's dtype or shape.</exception>
    public void Assign(Variable variable, Value value)
    {
        if (value.DType != variable.DType || !variable.Shape.IsCompatibleWith(value.Shape))
            throw new ArgumentException($"Expected a value of {variable.DType.Name()}{variable.Shape} for variable " +
                $"'{variable.Name}', got {value.DType.Name()}{value.Shape}.", nameof(value));
        value.Retain();
        StateOf(variable).Assign(value);
    }

    private VariableState StateOf(Variable variable)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Operation operation = variable.Handle.Operation;
        if (operation.Graph != graph) throw new ArgumentException($"{operation} belongs to another graph than this session's.");
        return _state.Shared(operation, Cards.SharedName(operation), Cards.MakeVariable);
    }
}
