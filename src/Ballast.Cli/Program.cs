#pragma warning disable RS0030 // Here, and nowhere else, the real console is opened.
using System.Runtime.InteropServices;
using System.Text;
using Ballast.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var terminal = new Terminal
{
    Out = Console.Out,
    Error = Console.Error,
    OutIsScreen = !Console.IsOutputRedirected,
    ErrorIsScreen = !Console.IsErrorRedirected,
    AllowsColour = Environment.GetEnvironmentVariable("NO_COLOR") is null or ""
        && Environment.GetEnvironmentVariable("TERM") is not "dumb",
    Width = Console.IsOutputRedirected ? 100 : Math.Max(40, Console.WindowWidth),
};

using var interruption = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return await BallastCommand.RunAsync(args, terminal, interruption.Token);

// The first signal asks for an orderly end; a second one has its usual effect.
void Interrupt(PosixSignalContext context)
{
    context.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
}
