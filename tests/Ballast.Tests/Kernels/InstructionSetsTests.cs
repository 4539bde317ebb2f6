using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Ballast.Tests.Kernels;

/// <summary>The kernels on lesser processors: their tests once more, in a process of their own that may not use some instructions.</summary>
public sealed partial class InstructionSetsTests
{
    // None of these starts a process, and all together take a few seconds even without vectors.
    private static readonly string[] Subjects =
    [
        "Ballast.Tests.Kernels.Elementwise.*", "Ballast.Tests.Kernels.Movement.*", "Ballast.Tests.Kernels.Philox.*",
        "Ballast.Tests.Kernels.Reductions.SoftmaxTests", "Ballast.Tests.Kernels.Reductions.NormTests",
        "Ballast.Tests.Kernels.Reductions.CensusTests", "Ballast.Tests.Kernels.Reductions.ScanTests", "Ballast.Tests.Kernels.WideningTests",
    ];

    [Theory]
    [InlineData("DOTNET_EnableAVX512F")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Kernels_PassTheirTestsWithout(string instructions)
    {
        IEnumerable<string> classes = Subjects.SelectMany(subject => (string[])["-class", subject]);
        var start = new ProcessStartInfo("dotnet", [typeof(InstructionSetsTests).Assembly.Location, .. classes, "-noColor"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [instructions] = "0" },
        };
        using Process process = Process.Start(start)!;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
        string printed = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, $"{instructions}=0: the tests ended with {process.ExitCode}.\n{printed}\n{await errors}");
        Assert.Matches(SomeTests(), printed);
    }

    [GeneratedRegex("Total: [1-9][0-9]+, Errors: 0, Failed: 0")]
    private static partial Regex SomeTests();
}
