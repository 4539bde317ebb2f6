namespace Ballast.Graphs;

/// <summary>The named lists of a graph, under TensorFlow's names.</summary>
public sealed class GraphCollections
{
    /// <summary>All variables that a checkpoint holds.</summary>
    public const string Variables = "variables";

    /// <summary>The variables that an optimizer changes unless told otherwise.</summary>
    public const string TrainableVariables = "trainable_variables";

    /// <summary>The operations that do a training step.</summary>
    public const string TrainOp = "train_op";

    /// <summary>Outputs that are summed up to the loss.</summary>
    public const string Losses = "losses";

    /// <summary>Operations to run beside a training step, such as the moving averages of batch normalisation.</summary>
    public const string UpdateOps = "update_ops";

    /// <summary>The variable that counts training steps.</summary>
    public const string GlobalStep = "global_step";

    /// <summary>The assertions that were built.</summary>
    public const string Asserts = "asserts";

    private readonly Dictionary<string, List<object>> _lists = new(StringComparer.Ordinal);

    /// <summary>The names of the lists that hold something.</summary>
    public IReadOnlyCollection<string> Names => _lists.Keys;

    /// <summary>Appends to a list.</summary>
    public void Add(string name, object item)
    {
        if (!_lists.TryGetValue(name, out List<object>? list)) _lists.Add(name, list = []);
        list.Add(item);
    }

    /// <summary>The items of this type in a list; empty when there are none.</summary>
    public IReadOnlyList<T> Get<T>(string name) =>
        _lists.TryGetValue(name, out List<object>? list) ? [.. list.OfType<T>()] : [];
}
