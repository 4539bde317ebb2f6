namespace Ballast.Monitoring;

/// <summary>Passes each step on to several observers, and lets none of them stop the training.</summary>
/// <example>
/// <code>
/// var observers = new StepObservers(journal, curves);
/// observers.Failed += failure => log.Warn($"{failure.Observer}: {failure.Error.Message}");
/// </code>
/// </example>
/// <param name="observers">Who is told, in this order.</param>
public sealed class StepObservers(params ReadOnlySpan<IStepObserver> observers) : IStepObserver
{
    private readonly IStepObserver[] _observers = observers.ToArray();

    /// <summary>Raised when an observer throws. The others are told all the same, and it is told of the next step.</summary>
    public event Action<ObserverFailure>? Failed;

    /// <inheritdoc/>
    public void Observe(StepRecord step)
    {
        foreach (IStepObserver observer in _observers)
        {
            try
            {
                observer.Observe(step);
            }
#pragma warning disable CA1031 // Whatever an observer throws, the training is worth more.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Failed?.Invoke(new ObserverFailure(observer, step.Step, error));
            }
        }
    }
}

/// <summary>An observer threw.</summary>
/// <param name="Observer">Which.</param>
/// <param name="Step">At which step.</param>
/// <param name="Error">What it threw.</param>
public sealed record ObserverFailure(IStepObserver Observer, long Step, Exception Error);
