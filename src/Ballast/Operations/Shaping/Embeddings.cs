using Ballast.Graphs;

namespace Ballast.Operations;

public static partial class Op
{
    /// <summary>The rows of an embedding table for <paramref name="ids"/>: <c>embedding_lookup</c> and <c>embedding_lookup/Identity</c>.</summary>
    /// <param name="table">The variable that holds one row per id.</param>
    /// <param name="ids">int32 or int64, of any shape; each from 0 to the number of rows less 1.</param>
    /// <param name="name">The scope; <c>embedding_lookup</c> when null.</param>
    /// <returns>The shape of the ids followed by that of a row. The table's gradient is <see cref="IndexedSlices"/>.</returns>
    public static Output EmbeddingLookup(Variable table, Operand ids, string? name = null)
    {
        using NameScope scope = table.Graph.NameScope(name ?? "embedding_lookup");
        return Identity(Gather(table, ids, scope.Name + "/"));
    }
}
