using Ballast.Cli.Runs;
using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;
using Ballast.Training.Layers;

namespace Ballast.Cli.Models;

/// <summary>
/// A recurrent network of rectified linear units whose recurrent matrix starts as the identity (Le, Jaitly and Hinton
/// 2015): signals neither grow nor fade at first, and nothing keeps them from growing once the matrix has learnt to.
/// </summary>
internal sealed class ReluRnn : DigitModel
{
    public override string Name => "rnn";

    public override string Summary => "ReLU units, recurrent matrix begun as the identity: the textbook case of exploding gradients";

    public override ModelDefaults Defaults { get; } = new(100, 32, 10, "rmsprop", 0.001, new ClipChoice(ClipKind.GlobalNorm, 1));

    public override Output Logits(Output images, int hidden)
    {
        var cell = new BasicRnnCell(hidden, Op.Relu, SmallAboveIdentity);
        IReadOnlyList<Output> outputs = Rnn.Unrolled(cell, Op.Unstack(images, axis: 1)).Outputs;
        return Layer.Dense(outputs[^1], 10, name: "logits");
    }

    /// <summary>The cell has one matrix for inputs and state: above, the weights of the inputs; below, the identity.</summary>
    private static Output SmallAboveIdentity(Graph graph, Shape shape, DType dtype)
    {
        int units = shape[1], inputs = shape[0] - units;
        float[] identity = new float[units * units];
        for (int i = 0; i < units; i++) identity[i * units + i] = 1;
        Output recurrent = Op.Cast(graph.Constant(Value.From<float>(identity, [units, units])), dtype);
        return Op.Concat([graph.RandomNormal([inputs, units], 0, 0.001, dtype), recurrent], 0);
    }
}
