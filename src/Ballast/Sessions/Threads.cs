using Ballast.Kernels;

namespace Ballast.Sessions;

/// <summary>The threads that all sessions of the process share for one operation's work.</summary>
public static class Threads
{
    /// <summary>How many there are, the caller's included. Default: the processors of this machine. Changes no number that comes out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public static int Count
    {
        get => Workers.Count;
        set => Workers.Count = value;
    }
}
