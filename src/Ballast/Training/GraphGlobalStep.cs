using Ballast.Graphs;
using Ballast.Operations;
using Ballast.Tensors;
using Ballast.Training.Initializers;

namespace Ballast.Training;

/// <summary>The variable that counts training steps.</summary>
public static class GraphGlobalStep
{
    extension(Graph graph)
    {
        /// <summary>The graph's step counter, an int64 scalar named <c>global_step</c>, made on first use and not trained.</summary>
        /// <remarks>An optimizer that is given it counts it up after its updates. Source: TF 1.14 tf.train.get_or_create_global_step.</remarks>
        public Variable GetOrCreateGlobalStep()
        {
            if (graph.GlobalStep is { } existing) return existing;
            using NameScope top = graph.NameScope("/");
            Variable step = graph.Variable([], Initial.Zeros, "global_step", DType.Int64, trainable: false);
            graph.Collections.Add(GraphCollections.GlobalStep, step);
            return step;
        }

        /// <summary>The graph's step counter; null where none was made.</summary>
        public Variable? GlobalStep => graph.Collections.Get<Variable>(GraphCollections.GlobalStep) is [Variable step, ..] ? step : null;
    }
}
