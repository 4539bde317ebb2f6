#:project ../src/Ballast/Ballast.csproj

// 3 · RMSProp in a loop of one's own, which watches the global norm and backs off.
//
// A session, an initializer, epochs and batches; the training operation, the loss and the norm are fetched in one run.
// When the norm exceeds 10, the loop says so and halves the learning rate; after twenty quiet steps it gives it back.
// Run it: dotnet run examples/03-back-off.cs

using Ballast.Clipping;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;
using Ballast.Training.Initializers;
using Ballast.Training.Optimizers;

const float baseRate = 0.01f, normLimit = 10f;
const int epochs = 6, batches = 40, rows = 16;

var graph = new Graph { Seed = 7 };
Output x = graph.Placeholder(DType.Float32, [null, 8], "x");
Output y = graph.Placeholder(DType.Float32, [null, 1], "y");
Output learningRate = graph.Placeholder(DType.Float32, [], "learning_rate");
Variable w1 = graph.Variable([8, 16], Initial.HeNormal(), "hidden/kernel");
Variable w2 = graph.Variable([16, 1], Initial.HeNormal(), "output/kernel");
Output loss = Op.Mean(Op.Square(Op.MatMul(Op.Relu(Op.MatMul(x, w1)), w2) - y));

var optimizer = new RMSProp(learningRate);
var gradients = optimizer.ComputeGradients(loss);
Output globalNorm = Clip.GlobalNorm(gradients.Select(pair => pair.Gradient));
Operation train = optimizer.ApplyGradients(gradients);

using var session = new Session(graph);
session.Initialize();

var random = new Random(7);
float rate = baseRate;
int quiet = 0;
for (int epoch = 1; epoch <= epochs; epoch++)
{
    float sum = 0;
    for (int batch = 0; batch < batches; batch++)
    {
        // Now and then a batch comes from an instrument that was set wrongly, and is ten times too large.
        float scale = random.Next(60) == 0 ? 10 : 1;
        float[] inputs = [.. Enumerable.Range(0, rows * 8).Select(_ => scale * (2 * random.NextSingle() - 1))];
        var feeds = new Feeds { [learningRate] = rate };
        feeds.Add<float>(x, inputs, [rows, 8]);
        feeds.Add<float>(y, [.. inputs.Chunk(8).Select(row => row[0] * row[1] + row[2])], [rows, 1]);

        (float lossValue, float norm) = session.Run<float, float>((loss, globalNorm), feeds, targets: [train]);
        sum += lossValue;
        if (norm > normLimit)
        {
            rate /= 2;
            quiet = 0;
            Console.WriteLine($"  epoch {epoch} batch {batch}: norm {norm:G4} exceeds {normLimit}; learning rate down to {rate:G3}");
        }
        else if (++quiet >= 20 && rate < baseRate)
        {
            rate = Math.Min(baseRate, rate * 2);
            quiet = 0;
            Console.WriteLine($"  epoch {epoch} batch {batch}: quiet for 20 steps; learning rate back up to {rate:G3}");
        }
    }

    Console.WriteLine($"epoch {epoch}: mean loss {sum / batches:G4}");
}
