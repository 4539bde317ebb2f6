using Ballast.Monitoring;

namespace Ballast.Tests.Monitoring;

/// <summary>Step records for tests.</summary>
internal static class Steps
{
    public static StepRecord Of(long step, double loss = 0.5) => new() { Step = step, Loss = loss, LearningRate = 0.1 };
}

/// <summary>An observer that fails at every step.</summary>
internal sealed class ThrowingObserver : IStepObserver
{
    public void Observe(StepRecord step) => throw new InvalidDataException("cannot write");
}
