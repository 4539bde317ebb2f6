using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Op
{
    /// <summary>Repeats a body as long as a condition holds.</summary>
    /// <param name="condition">Builds the condition, a bool scalar, from the loop variables.</param>
    /// <param name="body">Builds the next loop variables from the present ones: as many, of the same dtypes.</param>
    /// <param name="loopVars">The initial loop variables, at least one.</param>
    /// <param name="shapeInvariants">
    /// What stays known of each loop variable's shape in all iterations; the initial shape where null. A shape that
    /// changes in the loop needs one.
    /// </param>
    /// <param name="parallelIterations">How many iterations TensorFlow may run at once; kept in the graph. Default: 10.</param>
    /// <param name="backProp">Whether gradients may flow through the loop. Default: true.</param>
    /// <param name="maximumIterations">The most iterations, an int32 scalar; no limit when null.</param>
    /// <param name="name">The scope of the new operations; <c>while</c> when null.</param>
    /// <returns>The loop variables after the last iteration; the initial ones when the condition never held.</returns>
    /// <remarks>
    /// Both functions are called once, now. What they use from outside is brought into the loop once and does not change
    /// in it. Iterations run one after the other. Source: TF 1.14 tf.while_loop.
    /// </remarks>
    /// <exception cref="GraphException">The condition is no bool scalar, or the body's results do not match the loop variables.</exception>
    /// <exception cref="ShapeMismatchException">A loop variable loses knowledge of its shape without an invariant that allows it.</exception>
    public static IReadOnlyList<Output> While(Func<IReadOnlyList<Output>, Output> condition,
        Func<IReadOnlyList<Output>, IReadOnlyList<Output>> body, IReadOnlyList<Output> loopVars,
        IReadOnlyList<Shape?>? shapeInvariants = null, int parallelIterations = 10, bool backProp = true,
        Operand? maximumIterations = null, string? name = null)
    {
        if (loopVars.Count == 0)
            throw new GraphException("While", name ?? "while", "at least one loop variable", "none", "Pass what the body changes.");
        Graph graph = loopVars[0].Graph;
        using NameScope scope = graph.NameScope(name ?? "while");
        if (parallelIterations < 1)
            throw new GraphException("While", scope.Name, "parallelIterations of 1 or more", $"{parallelIterations}", "Leave it out.");
        if (shapeInvariants is not null && shapeInvariants.Count != loopVars.Count)
            throw new GraphException("While", scope.Name, $"a shape invariant for each of {loopVars.Count} loop variables",
                $"{shapeInvariants.Count}", "Pass null for those whose shape does not change.");
        if (maximumIterations is not { } most)
            return new WhileBuilder(graph, scope.Name, parallelIterations, backProp)
                .Build(condition, body, loopVars, shapeInvariants);

        Output limit = most.In(graph, DType.Int32, "maximum_iterations");
        Output counter = graph.Constant(Scalars.Of(0, limit.DType, "iteration_counter"), "iteration_counter");
        return
        [
            .. new WhileBuilder(graph, scope.Name, parallelIterations, backProp).Build(
                vars => LogicalAnd(Less(vars[0], limit), condition([.. vars.Skip(1)])),
                vars => [Add(vars[0], 1), .. body([.. vars.Skip(1)])],
                [counter, .. loopVars],
                shapeInvariants is null ? null : [null, .. shapeInvariants]).Skip(1),
        ];
    }

    /// <summary>Repeats a body on one loop variable; see <see cref="While(Func{IReadOnlyList{Output}, Output}, Func{IReadOnlyList{Output}, IReadOnlyList{Output}}, IReadOnlyList{Output}, IReadOnlyList{Shape?}?, int, bool, Operand?, string?)"/>.</summary>
    /// <exception cref="GraphException">The condition is no bool scalar, or the body's result does not match the loop variable.</exception>
    public static Output While(Func<Output, Output> condition, Func<Output, Output> body, Output loopVar,
        Shape? shapeInvariant = null, int parallelIterations = 10, bool backProp = true, Operand? maximumIterations = null,
        string? name = null) =>
        While(vars => condition(vars[0]), vars => [body(vars[0])], [loopVar], [shapeInvariant], parallelIterations, backProp,
            maximumIterations, name)[0];

    /// <summary>Hands a value to the next iteration and makes it the second input of the loop variable's Merge.</summary>
    internal static void CloseLoop(Output merge, Output next)
    {
        Output handed = next.Graph.Add(next.IsReference ? Cards.RefNextIteration : Cards.NextIteration, null, [next]).Output;
        merge.Operation.SetInput(1, handed);
    }
}
