namespace Ballast.Guarding;

/// <summary>What was done with a step after its verdict.</summary>
public enum StepAction
{
    /// <summary>The update was written.</summary>
    Commit,

    /// <summary>Nothing was written, and training ended.</summary>
    Halt,
}
