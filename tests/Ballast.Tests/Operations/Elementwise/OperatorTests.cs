using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Sessions;
using Ballast.Tensors;

namespace Ballast.Tests.Operations.Elementwise;

public sealed class OperatorTests
{
    [Fact]
    public void Outputs_TakeOperatorsWithNumbersOnEitherSide()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [], "x"), y = graph.Placeholder(DType.Float32, [], "y");
        Output[] results =
        [
            x + y, x + 2, 2 + x, x - y, x - 2, 2 - x, x * y, x * 2.5, 2.5 * x, x / y, x / 2, 2 / x, x % y, x % 2, 2 % x, -x,
            x * (Value)4f,
        ];
        float[] expected = [-4, 9, 9, 18, 5, -5, -77, 17.5f, 17.5f, -7f / 11, 3.5f, 2f / 7, -4, 1, 2, -7, 28];
        using var session = new Session(graph);
        Value[] values = session.Run(results, [], new Feeds { [x] = 7f, [y] = -11f });
        Assert.Equal(expected, values.Select(v => v.Scalar<float>()));
    }

    [Fact]
    public void Variables_TakeOperatorsWithNumbersOutputsAndEachOther()
    {
        var graph = new Graph();
        Variable v = graph.Variable(7f, "v"), w = graph.Variable(-11f, "w");
        Output x = graph.Constant(2f);
        Output[] results =
        [
            v + w, v + 2, 2 + v, v + x, x + v, v - w, v - 2, 2 - v, v - x, x - v, v * w, v * 2, 2 * v, v * x, x * v,
            v / w, v / 2, 2 / v, v / x, x / v, v % w, v % 2, 2 % v, v % x, x % v, -v,
        ];
        float[] expected =
            [-4, 9, 9, 9, 9, 18, 5, -5, 5, -5, -77, 14, 14, 14, 14, -7f / 11, 3.5f, 2f / 7, 3.5f, 2f / 7, -4, 1, 2, 1, 2, -7];
        using var session = new Session(graph);
        session.Run([], [v.Initializer, w.Initializer]);
        Assert.Equal(expected, session.Run(results, [], new Feeds()).Select(value => value.Scalar<float>()));
    }

    [Fact]
    public void Names_AreThoseOfPython()
    {
        var graph = new Graph();
        Output x = graph.Placeholder(DType.Float32, [], "x");
        Assert.Equal("add", (x + x).Operation.Name);
        Output second = x + 1;
        Assert.Equal(("add_1", "add_1/y"), (second.Operation.Name, second.Operation.Inputs[1].Operation.Name));
        Output third = 1 - x;
        Assert.Equal(("sub", "sub/x"), (third.Operation.Name, third.Operation.Inputs[0].Operation.Name));
        Assert.Equal("mul", (x * x).Operation.Name);
        Assert.Equal(("truediv", "RealDiv"), ((x / x).Operation.Name, (x / x).Operation.Type));
        Assert.Equal(("mod", "FloorMod"), ((x % x).Operation.Name, (x % x).Operation.Type));
        Assert.Equal("Neg", (-x).Operation.Name);
        Assert.Equal("Mul", Op.Multiply(x, x).Operation.Name);
        Assert.Equal(("div_no_nan", "DivNoNan"), (Op.DivideNoNan(x, x).Operation.Name, "DivNoNan"));
        Assert.Equal(("floordiv", "FloorDiv"), (Op.FloorDiv(x, x).Operation.Name, "FloorDiv"));
        Assert.Equal("mine", Op.Add(x, 1, "mine").Operation.Name);
        Assert.Equal("Add", (x + 1).Operation.Type);
        Assert.Equal("AddV2", Op.AddV2(x, 1).Operation.Type);
    }

    [Fact]
    public void DivisionOfIntegers_CastsAsPython3Does()
    {
        var graph = new Graph();
        Output x = graph.Constant((int[])[7, -7]), small = graph.Constant(Value.From<byte>([7], [1]));
        Output y = x / 2, z = small / small;
        Assert.Equal((DType.Float64, DType.Float32), (y.DType, z.DType));
        using var session = new Session(graph);
        Assert.Equal([3.5, -3.5], session.Run<double[]>(y));
    }

    [Fact]
    public void Fraction_DoesNotBecomeAnInteger()
    {
        var graph = new Graph();
        Assert.Throws<GraphException>(() => graph.Constant(3) + 0.5);
    }

    [Fact]
    public void TwoNumbers_HaveNoGraph() => Assert.Contains("Make a Constant",
        Assert.Throws<ArgumentException>(() => Op.Add(1, 2)).Message, StringComparison.Ordinal);

    [Fact]
    public void Atan2_TakesNumbersAsTheRightCoordinate()
    {
        var graph = new Graph();
        Output one = graph.Constant(1.0);
        using var session = new Session(graph);
        Assert.Equal(Math.Atan2(1, -2), session.Run<double>(Op.Atan2(one, -2)));
        Assert.Equal(Math.Atan2(-2, 1), session.Run<double>(Op.Atan2(-2, one)));
    }
}
