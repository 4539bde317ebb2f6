using Ballast.Graphs;

namespace Ballast.Tests.House;

/// <summary>What is generated is up to date: the pages of the operations, and the record of the public API.</summary>
public sealed class ApprovedTests
{
    [Fact]
    public void PublicApi_IsTheApprovedOne() =>
        Approved.Matches("tests/Ballast.Tests/House/Ballast.approved.txt", PublicApi.Of(typeof(Graph).Assembly));

    [Fact]
    public void OperationPages_AreWrittenFromTheCards()
    {
        foreach ((string file, string text) in OperationPages.All()) Approved.Matches($"docs/operations/{file}", text);
    }
}
