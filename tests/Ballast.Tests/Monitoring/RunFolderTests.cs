using System.Text.Json;
using Ballast.Monitoring;

namespace Ballast.Tests.Monitoring;

public sealed class RunFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void NewRun_MakesItsFolderAndThoseAbove()
    {
        RunFolder folder = RunFolder.Create(Path.Combine(_root, "runs", "one"));
        folder.WriteRun(json => json.WriteString("model", "lstm"));
        using JsonDocument run = JsonDocument.Parse(File.ReadAllText(folder.RunFile));
        Assert.Equal("lstm", run.RootElement.GetProperty("model").GetString());
    }

    [Fact]
    public void FolderOfAnotherRun_IsRefused()
    {
        RunFolder.Create(_root).WriteRun(_ => { });
        var error = Assert.Throws<IOException>(() => RunFolder.Create(_root));
        Assert.Contains("holds a run already", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FailedWrite_LeavesTheOldFileAndNothingBeside()
    {
        RunFolder folder = RunFolder.Create(_root);
        folder.WriteRun(json => json.WriteNumber("steps", 1));
        string before = File.ReadAllText(folder.RunFile);
        Assert.Throws<InvalidDataException>(() => folder.WriteRun(json =>
        {
            json.WriteNumber("steps", 2);
            throw new InvalidDataException("half way");
        }));
        Assert.Equal(before, File.ReadAllText(folder.RunFile));
        Assert.Equal(["run.json"], Directory.GetFiles(_root).Select(Path.GetFileName));
    }
}
