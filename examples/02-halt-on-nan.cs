#:project ../src/Ballast/Ballast.csproj

// 2 · Gradient descent with a value clip, and a check for NaN that stands before the clip and before the update.
//
// The third batch holds a NaN. The run halts with "NaN gradient detected", and no variable has changed:
// the update waits for the check by a control dependency.
// Run it: dotnet run examples/02-halt-on-nan.cs

using Ballast.Clipping;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using Ballast.Training.Optimizers;

var graph = new Graph();
Output x = graph.Placeholder(DType.Float32, [null, 2], "x");
Output y = graph.Placeholder(DType.Float32, [null], "y");
Variable w = graph.Variable(new float[,] { { 0.5f }, { -0.5f } }, "w");
Variable b = graph.Variable(0f, "b");
Variable unused = graph.Variable(1f, "unused");
Output prediction = Op.Reshape(Op.MatMul(x, w), -1) + b.Value;
Output loss = Op.Mean(Op.Square(prediction - y));

var optimizer = new GradientDescent(learningRate: 0.1f);
var gradients = optimizer.ComputeGradients(loss);

// The check looks at the raw gradients: after the clip an Inf would be a harmless-looking bound.
var checks = from pair in gradients
             where pair.Gradient is not null
             select Op.CheckNumerics(pair.Gradient.Values, "NaN gradient detected").Operation;
Operation train;
using (graph.ControlDependencies([.. checks]))
{
    // 'unused' has no gradient: a null passes by the clip, and ApplyGradients leaves its variable alone.
    var clipped = from pair in gradients
                  select (pair.Gradient is null ? null : Clip.ByValue(pair.Gradient, -10, 10), pair.Variable);
    train = optimizer.ApplyGradients(clipped);
}

using var session = new Session(graph);
session.Initialize();
for (int step = 1; step <= 5; step++)
{
    float poison = step == 3 ? float.NaN : 1;
    var feeds = new Feeds { [x] = new float[,] { { 1, 2 }, { 3, -poison } }, [y] = new float[] { 1, 2 } };
    try
    {
        float lossValue = session.Run<float>(loss, feeds, targets: [train]);
        Console.WriteLine($"step {step}: loss {lossValue:F4}   w {session.Read(w)}");
    }
    catch (NonFiniteException error)
    {
        Console.WriteLine($"step {step}: halted. {error.Message}");
        Console.WriteLine($"w is as step {step - 1} left it: {session.Read(w)}");
        return;
    }
}
