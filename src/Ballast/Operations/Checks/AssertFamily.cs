using System.Globalization;
using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <content>The assertions of <c>tf.debugging</c>; each returns an operation that must be run to assert anything.</content>
public static partial class Op
{
    /// <summary>Asserts x = y for every element, broadcasting. Fails where either is NaN; empty values pass.</summary>
    /// <exception cref="GraphException">Both are constants that differ: as in TF 1.14 this is known at once.</exception>
    public static Operation AssertEqual(Output x, Operand y, string? message = null, int summarize = 3, string? name = null)
    {
        Operation assert = AssertPair("assert_equal", x, y, Equal, "Condition x == y did not hold element-wise:", false,
            message, summarize, name);
        if (ConstantFolding.ValueOf(assert.Inputs[0]) is { } condition && !condition.Span<bool>()[0])
            throw new GraphException("Assert", assert.Name, "x == y element-wise", "constants that differ",
                message ?? "Correct the constants.", assert.Source);
        return assert;
    }

    /// <summary>
    /// Asserts x ≠ y for <i>every</i> element. As a guard against NaN it is inverted: asserting that a count of NaN is
    /// none-equal to 0 fails exactly when there are none. Passes where either is NaN.
    /// </summary>
    public static Operation AssertNoneEqual(Output x, Operand y, string? message = null, int summarize = 3,
        string? name = null) =>
        AssertPair("assert_none_equal", x, y, NotEqual, "Condition x != y did not hold for every single element:", false,
            message, summarize, name);

    /// <summary>Asserts x &lt; y for every element, broadcasting. Fails where either is NaN; empty values pass.</summary>
    public static Operation AssertLess(Output x, Operand y, string? message = null, int summarize = 3, string? name = null) =>
        AssertPair("assert_less", x, y, Less, "Condition x < y did not hold element-wise:", false, message, summarize, name);

    /// <summary>Asserts x ≤ y for every element, broadcasting. Fails where either is NaN; empty values pass.</summary>
    public static Operation AssertLessEqual(Output x, Operand y, string? message = null, int summarize = 3,
        string? name = null) =>
        AssertPair("assert_less_equal", x, y, LessEqual, "Condition x <= y did not hold element-wise:", true, message,
            summarize, name);

    /// <summary>Asserts x &gt; y for every element, broadcasting. Fails where either is NaN; empty values pass.</summary>
    public static Operation AssertGreater(Output x, Operand y, string? message = null, int summarize = 3,
        string? name = null) =>
        AssertPair("assert_greater", x, y, Greater, "Condition x > y did not hold element-wise:", true, message,
            summarize, name);

    /// <summary>Asserts x ≥ y for every element, broadcasting. Fails where either is NaN; empty values pass.</summary>
    public static Operation AssertGreaterEqual(Output x, Operand y, string? message = null, int summarize = 3,
        string? name = null) =>
        AssertPair("assert_greater_equal", x, y, GreaterEqual, "Condition x >= y did not hold element-wise:", true,
            message, summarize, name);

    /// <summary>Asserts x &lt; 0 for every element. Fails for NaN; empty values pass.</summary>
    public static Operation AssertNegative(Output x, string? message = null, int summarize = 3, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "assert_negative");
        return AssertLess(x, 0, message, summarize);
    }

    /// <summary>Asserts x &gt; 0 for every element. Fails for NaN; empty values pass.</summary>
    public static Operation AssertPositive(Output x, string? message = null, int summarize = 3, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "assert_positive");
        return AssertLess(Zero(x), x, message ?? "Condition x > 0 did not hold element-wise:", summarize);
    }

    /// <summary>Asserts x ≥ 0 for every element. Fails for NaN; empty values pass.</summary>
    public static Operation AssertNonNegative(Output x, string? message = null, int summarize = 3, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "assert_non_negative");
        return AssertLessEqual(Zero(x), x, message ?? "Condition x >= 0 did not hold element-wise:", summarize);
    }

    /// <summary>Asserts x ≤ 0 for every element. Fails for NaN; empty values pass.</summary>
    public static Operation AssertNonPositive(Output x, string? message = null, int summarize = 3, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "assert_non_positive");
        return AssertLessEqual(x, 0, message ?? "Condition x <= 0 did not hold element-wise:", summarize);
    }

    /// <summary>Asserts |x - y| &lt; atol + rtol·|y| for every element (strictly). Fails where either is NaN; empty values pass.</summary>
    /// <param name="x">Floating.</param>
    /// <param name="y">Of the same dtype.</param>
    /// <param name="rtol">The relative tolerance; ten times the dtype's machine epsilon when null.</param>
    /// <param name="atol">The absolute tolerance; ten times the dtype's machine epsilon when null.</param>
    /// <param name="message">What the error begins with.</param>
    /// <param name="summarize">The most elements printed of each item; negative for all. Default: 3.</param>
    /// <param name="name">The scope.</param>
    public static Operation AssertNear(Output x, Operand y, double? rtol = null, double? atol = null,
        string? message = null, int summarize = 3, string? name = null)
    {
        double relative = rtol ?? 10 * Epsilon(x), absolute = atol ?? 10 * Epsilon(x);
        string headline = string.Create(CultureInfo.InvariantCulture,
            $"x and y not equal to tolerance rtol = {relative}, atol = {absolute}");
        return AssertPair("assert_near", x, y,
            (a, b, _) => Less(Abs(a.Output! - b.Output!), (Abs(b.Output!) * relative) + absolute), headline, false, message, summarize, name);
    }

    private static Operation AssertPair(string scopeName, Output x, Operand other, Func<Operand, Operand, string?, Output> compare,
        string headline, bool joined, string? message, int summarize, string? name)
    {
        Graph graph = x.Graph;
        using NameScope scope = graph.NameScope(name ?? scopeName);
        Output y = other.In(graph, x.DType, "y");
        Output condition = All(compare(x, y, null));
        // TF 1.14 forgets a comma for <=, > and >=, so that headline and label are one string; logs are compared with it.
        string xLabel = $"x ({x.Name}) = ", yLabel = $"y ({y.Name}) = ";
        string[] head = joined ? [message ?? "", headline + xLabel] : [message ?? "", headline, xLabel];
        Output[] data =
        [
            .. head.Select((text, i) => graph.Constant(text, $"Assert/data_{i}")), x,
            graph.Constant(yLabel, $"Assert/data_{head.Length + 1}"), y,
        ];
        return Assert(condition, data, summarize);
    }

    private static Output Zero(Output like) => like.Graph.Constant(Scalars.Of(0, like.DType, "x"), "x");

    private static double Epsilon(Output x) => x.DType switch
    {
        DType.Float64 => Math.Pow(2, -52),
        DType.Float16 => 1.0 / 1024,
        DType.BFloat16 => 1.0 / 128,
        _ => Math.Pow(2, -23),
    };
}
