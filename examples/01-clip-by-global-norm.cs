#:project ../src/Ballast/Ballast.csproj

// 1 · Adam, with all gradients clipped by their global norm.
//
// A small network learns the sine. The gradients go through one clip between ComputeGradients and ApplyGradients;
// the norm that comes back is the one before the clip, so it shows how often the clip was needed.
// Run it: dotnet run examples/01-clip-by-global-norm.cs

using Ballast.Clipping;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using Ballast.Training.Initializers;
using Ballast.Training.Optimizers;

const double clipNorm = 5.0;
const int steps = 400, rows = 64;

var graph = new Graph { Seed = 1914 };
Output x = graph.Placeholder(DType.Float32, [null, 1], "x");
Output y = graph.Placeholder(DType.Float32, [null, 1], "y");

Variable w1 = graph.Variable([1, 32], Initial.GlorotUniform(), "hidden/kernel");
Variable b1 = graph.Variable([32], Initial.Zeros, "hidden/bias");
Variable w2 = graph.Variable([32, 1], Initial.GlorotUniform(), "output/kernel");
Variable b2 = graph.Variable([1], Initial.Zeros, "output/bias");
Output hidden = Op.Tanh(Op.MatMul(x, w1) + b1.Value);
Output prediction = Op.MatMul(hidden, w2) + b2.Value;
Output loss = 10 * Op.Mean(Op.Square(prediction - y));

// The listing: compute, clip, apply. Nothing is minimized twice, and every gradient passes the clip.
var optimizer = new Adam(learningRate: 0.01f);
var gradients = optimizer.ComputeGradients(loss);
var (clipped, globalNorm) = Clip.ByGlobalNorm(gradients, clipNorm);
Operation train = optimizer.ApplyGradients(clipped);

using var session = new Session(graph);
session.Initialize();

var feeds = new Feeds();
float[] inputs = [.. Enumerable.Range(0, rows).Select(i => (2f * i / (rows - 1) - 1) * MathF.PI)];
feeds.Add<float>(x, inputs, [rows, 1]);
feeds.Add<float>(y, [.. inputs.Select(MathF.Sin)], [rows, 1]);

int engaged = 0;
for (int step = 1; step <= steps; step++)
{
    // Loss, norm and update come from one run: a second run would see other weights.
    (float lossValue, float norm) = session.Run<float, float>((loss, globalNorm), feeds, targets: [train]);
    if (norm > clipNorm) engaged++;
    if (step == 1 || step % 50 == 0)
        Console.WriteLine($"step {step,4}   loss {lossValue,9:F4}   norm {norm,9:F4}   clip ratio {Math.Min(1, clipNorm / norm):F3}");
}

Console.WriteLine($"The clip engaged in {engaged} of {steps} steps.");
