using Ballast.Cli.Runs;

namespace Ballast.Cli.Models;

/// <summary>A model that the command trains: its name, its defaults, and how it becomes a graph.</summary>
internal abstract class Model
{
    /// <summary>Its word on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, in a line.</summary>
    public abstract string Summary { get; }

    /// <summary>What an option is worth when it is left out.</summary>
    public abstract ModelDefaults Defaults { get; }

    /// <summary>Whether it learns from a text (<c>--text</c>) rather than from the digits.</summary>
    public virtual bool LearnsText => false;

    /// <summary>Builds the graph up to the loss.</summary>
    /// <exception cref="UnusableInputException">What it is to learn from cannot be used.</exception>
    public abstract Workload Build(TrainSettings settings);
}

/// <summary>The values of a model for options that are left out.</summary>
/// <param name="Hidden">Units of a hidden layer.</param>
/// <param name="Batch">Examples per step.</param>
/// <param name="Epochs">How often the examples are gone through.</param>
/// <param name="Optimizer">The optimizer's word.</param>
/// <param name="LearningRate">The rate for this optimizer; another optimizer brings its own.</param>
/// <param name="Clip">The clip.</param>
internal sealed record ModelDefaults(int Hidden, int Batch, int Epochs, string Optimizer, double LearningRate, ClipChoice Clip);
