namespace Ballast.Monitoring;

/// <summary>Something that wants to know of every training step: a journal, a curve, a progress display.</summary>
/// <remarks>Called on the training thread after each step, good or bad, in order.</remarks>
public interface IStepObserver
{
    /// <summary>Takes note of a step.</summary>
    void Observe(StepRecord step);
}
