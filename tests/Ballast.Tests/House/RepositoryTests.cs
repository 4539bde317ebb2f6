using System.Text.RegularExpressions;

namespace Ballast.Tests.House;

/// <summary>What the repository must not hold.</summary>
public sealed partial class RepositoryTests
{
    [Fact]
    public void SourcesLeaveNothingUnfinished()
    {
        var found = new List<string>();
        foreach (string path in Repository.Sources("src"))
        {
            int line = 0;
            foreach (string text in File.ReadLines(Repository.PathOf(path)))
            {
                line++;
                if (Unfinished().IsMatch(text)) found.Add($"{path}:{line}: {text.Trim()}");
            }
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b")]
    private static partial Regex Unfinished();
}
