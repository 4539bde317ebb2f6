using Ballast.Graphs;
using Ballast.Tensors;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>Holds a value from run to run; gives a reference to it.</summary>
    public static readonly OpCard VariableV2 = new("VariableV2")
    {
        Summary = "Holds a value from run to run and gives a reference to it.",
        Signature = "-> ref: Ref(dtype)",
        Attributes = "shape: shape; dtype: type; container: string = ''; shared_name: string = ''",
        Shape = context => context.SetOutput(0, context["shape"].Shape),
        Kernel = VariableKernel,
        IsStateful = true,
        NotDifferentiable = "no inputs",
        Source = "TF 1.14 VariableV2",
    };

    /// <summary>Gives a variable of the reference kind a value.</summary>
    public static readonly OpCard Assign = new("Assign")
    {
        Summary = "Gives a variable a new value.",
        Signature = "ref: Ref(T), value: T -> output_ref: Ref(T)",
        Attributes = "T: type; validate_shape: bool = true; use_locking: bool = true",
        Shape = context => context.SetOutput(0, context["validate_shape"].Bool
            ? context.Merge(context.Input(0), context.Input(1), "a value of the variable's shape")
            : context.Input(1)),
        Kernel = _ => context =>
        {
            Value value = context.Input(1);
            value.Retain();
            context.Variable(0).Assign(value);
            context.Forward(0, 0);
        },
        IsStateful = true,
        NotDifferentiable = "assignment",
        Source = "TF 1.14 Assign",
    };

    internal static string SharedName(Operation operation) =>
        operation["shared_name"].String is { Length: > 0 } shared ? shared : operation.Name;

    private static Kernel VariableKernel(Operation operation)
    {
        string name = SharedName(operation);
        return context => context.SetOutput(0, context.Shared(name,
            static operation => new VariableState(SharedName(operation), operation["dtype"].Type)).Handle);
    }
}
