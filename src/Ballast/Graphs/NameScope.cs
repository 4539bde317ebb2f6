namespace Ballast.Graphs;

/// <summary>A name scope that is open until it is disposed.</summary>
public sealed class NameScope : IDisposable
{
    private Action? _close;

    internal NameScope(string name, Action close) => (Name, _close) = (name, close);

    /// <summary>The full name of the scope. An operation added as <c>scope.Name + "/"</c> gets exactly this name.</summary>
    public string Name { get; }

    /// <summary>Goes back to the scope that was open before.</summary>
    public void Dispose()
    {
        _close?.Invoke();
        _close = null;
    }
}
