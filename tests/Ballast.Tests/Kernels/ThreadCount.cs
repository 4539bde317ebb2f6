using Ballast.Kernels;

namespace Ballast.Tests.Kernels;

/// <summary>Sets the number of threads for the length of a test. Others may run meanwhile: results do not depend on it.</summary>
internal sealed class ThreadCount : IDisposable
{
    private static readonly Lock Gate = new();
    private readonly int _before;

    public ThreadCount(int count)
    {
        Gate.Enter();
        _before = Workers.Count;
        Workers.Count = count;
    }

    public void Dispose()
    {
        Workers.Count = _before;
        Gate.Exit();
    }
}
