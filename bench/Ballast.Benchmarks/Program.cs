using Ballast.Benchmarks.Sessions;
using Ballast.Benchmarks.Versus;
using BenchmarkDotNet.Running;

// bench/run is the way in; it says what there is.
switch (args)
{
    case ["time", .. string[] names]:
        Stopwatches.Time(names, Console.Out);
        break;
    case ["versus", string scripts, string results, .. string[] names]:
        return SideBySide.Run(scripts, results, names, Console.Out);
    case ["profile", string model]:
        StepProfile.Print(model, Console.Out);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(SideBySide).Assembly).Run(args);
        break;
}

return 0;
