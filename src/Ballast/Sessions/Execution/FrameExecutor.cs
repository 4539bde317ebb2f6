using Ballast.Graphs;

namespace Ballast.Sessions.Execution;

/// <summary>Runs a plan with control flow by the rules of frames and dead values.</summary>
internal static class FrameExecutor
{
    public static void Run(RunContext context) => throw new UnimplementedException(null, "Control flow is not there yet.");
}
