using Ballast.Graphs;
using Ballast.Kernels.Reductions;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Passes its input on if all of it is finite.</summary>
    public static readonly OpCard CheckNumerics = new("CheckNumerics")
    {
        Summary = "Passes its input on; fails when an element is NaN or ±Inf.",
        Signature = "tensor: T -> output: T",
        Attributes = "T: floating; message: string",
        Shape = context => context.SetOutput(0, context.Input(0)),
        Kernel = operation =>
        {
            string message = operation["message"].String;
            return context =>
            {
                Value value = context.Input(0);
                Census census = Census.Of(value.DType, value.Bytes);
                if (!census.IsFinite)
                    throw new NonFiniteException(context.Operation, message, Subject(context.Operation), census.NanCount,
                        census.NonFiniteCount - census.NanCount, value.Length);
                context.Forward(0, 0);
            };
        },
        // A failed check must never be folded away or merged with another.
        IsStateful = true,
        Gradient = context =>
        [
            Op.CheckNumerics(context.Dy,
                $"Not a number (NaN) or infinity (Inf) values detected in gradient. {context.Operation["message"].String}"),
        ],
        Source = "TF 1.14 CheckNumerics, _CheckNumericsGrad",
    };

    /// <summary>The output that a check looks at, with the line that made it.</summary>
    private static string Subject(Operation check)
    {
        Output subject = check.Inputs[0];
        return subject.Operation.Source is { } source ? $"{subject.Name}, made at {source}" : subject.Name;
    }
}

public static partial class Op
{
    /// <summary>Passes <paramref name="x"/> on; the run fails when an element is NaN or ±Inf.</summary>
    /// <param name="x">Float16, bfloat16, float32 or float64 of any shape. An empty value passes.</param>
    /// <param name="message">What the error begins with.</param>
    /// <param name="name">The name; the type when null.</param>
    /// <remarks>
    /// Only what uses the result is protected. The run throws <see cref="NonFiniteException"/>, which counts the NaN and
    /// the Inf. The gradient is checked, too.
    /// </remarks>
    public static Output CheckNumerics(Output x, string message, string? name = null) =>
        x.Graph.Add(Cards.CheckNumerics, name, [x], ("message", message)).Output;

    /// <summary>
    /// Passes <paramref name="x"/> on behind a check that all of it is finite; use the result, since using
    /// <paramref name="x"/> itself bypasses the check.
    /// </summary>
    /// <remarks>Source: TF 1.14 verify_tensor_all_finite (scope <c>VerifyFinite</c>).</remarks>
    public static Output VerifyAllFinite(Output x, string message, string? name = null)
    {
        using NameScope scope = x.Graph.NameScope(name ?? "VerifyFinite");
        Output check = CheckNumerics(x, message);
        return WithDependencies([check.Operation], x);
    }

    /// <summary>Passes <paramref name="x"/> on once all of <paramref name="dependencies"/> have run.</summary>
    public static Output WithDependencies(IReadOnlyList<Operation> dependencies, Output x, string? name = null)
    {
        using IDisposable controls = x.Graph.ControlDependencies([.. dependencies]);
        return Identity(x, name ?? "control_dependency");
    }
}

/// <summary>Adds checks to a whole graph.</summary>
public static class GraphChecks
{
    extension(Graph graph)
    {
        /// <summary>
        /// Adds a CheckNumerics to every floating-point output that the graph has now, in the order of creation, and
        /// returns an operation that runs them all; the first bad output in that order is the one reported. Constants are
        /// passed over: the clip by global norm keeps a NaN for gradients that are not finite.
        /// </summary>
        /// <remarks>
        /// Operations made later are not covered: call it last, and run the result beside the training operation. Unlike
        /// TF 1.14's add_check_numerics_ops it covers bfloat16, and the branches and bodies of Cond and While, where the
        /// checks run as often as what they check, and those that use it wait for them.
        /// </remarks>
        public Operation AddCheckNumerics()
        {
            using IDisposable outermost = graph.WithoutControlDependencies();
            ILookup<Output, Operation> consumers = graph.Operations
                .SelectMany(operation => operation.Inputs.Select(input => (input, operation)))
                .ToLookup(pair => pair.input, pair => pair.operation);
            Operation? last = null;
            foreach (Operation operation in graph.Operations.ToArray())
                foreach (Output output in operation.Outputs)
                {
                    if (!output.DType.IsFloating() || output.IsReference || operation.Card.Constant is not null) continue;
                    if (operation.ControlFlow is null) last = CheckAfter(output, last);
                    // What a switch, an enter or a next iteration hands on was checked where it was made; and a merge must
                    // not wait for the iteration before it.
                    else if (operation.Card.ControlFlow == ControlFlowKind.None) CheckInside(output, consumers[output]);
                }

            using IDisposable? all = last is null ? null : graph.ControlDependencies(last);
            return graph.Add(Cards.NoOp, "group_deps", []);
        }
    }

    private static Operation CheckAfter(Output output, Operation? previous)
    {
        using IDisposable? chained = previous is null ? null : output.Graph.ControlDependencies(previous);
        return Check(output);
    }

    private static void CheckInside(Output output, IEnumerable<Operation> consumers)
    {
        Graph graph = output.Graph;
        ControlFlowContext? before = graph.ControlFlow;
        graph.ControlFlow = output.Operation.ControlFlow;
        Operation check = Check(output);
        graph.ControlFlow = before;
        foreach (Operation consumer in consumers)
            if (consumer.Card.Type != Cards.CheckNumerics.Type) consumer.AddControlInput(check);
    }

    private static Operation Check(Output output) => Op.CheckNumerics(output, output.Name).Operation;
}
