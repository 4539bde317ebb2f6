using Ballast.Cli.Runs;
using Ballast.Monitoring;

namespace Ballast.Cli.Display;

/// <summary>Shows how a run goes on, while it goes on.</summary>
internal interface IRunDisplay
{
    /// <summary>Runs the training, passing it an observer that shows each step.</summary>
    RunResult Show(RunMeter meter, Func<IStepObserver, RunResult> training);
}
