using Ballast.Monitoring;

namespace Ballast.Tests.Monitoring;

public sealed class StepObserversTests
{
    [Fact]
    public void ThrowingObserver_StopsNeitherTheStepNorTheOthers()
    {
        var curves = new RunCurves();
        var thrower = new ThrowingObserver();
        var observers = new StepObservers(thrower, curves);
        var failures = new List<ObserverFailure>();
        observers.Failed += failures.Add;

        observers.Observe(Steps.Of(1));
        observers.Observe(Steps.Of(2));

        Assert.Equal(2, curves.Loss.Points.Count);
        Assert.Equal([1, 2], failures.Select(f => f.Step));
        Assert.All(failures, f => Assert.Same(thrower, f.Observer));
        Assert.All(failures, f => Assert.IsType<InvalidDataException>(f.Error));
    }

    [Fact]
    public void ThrowingObserver_IsHarmlessWhenNobodyListens() => new StepObservers(new ThrowingObserver()).Observe(Steps.Of(1));
}
