using Ballast.Graphs;

namespace Ballast.Sessions.Planning;

/// <summary>Finds a sequence of operations that can be run as one, better: more exactly, or with fewer reads of memory.</summary>
internal interface IFusion
{
    /// <summary>Gives the steps with every sequence found replaced, in an order that still holds.</summary>
    /// <param name="steps">The steps in order.</param>
    /// <param name="kept">Outputs that must stay: fetched or fed ones.</param>
    List<PlanStep> Apply(List<PlanStep> steps, IReadOnlySet<Output> kept);
}
