using Ballast.Graphs;

namespace Ballast.Training.Layers;

/// <summary>What a layer puts its sums through: <c>Op.Relu</c>, <c>Op.Tanh</c>, <c>Op.Sigmoid</c>, or a function of one's own.</summary>
/// <param name="x">The sums.</param>
/// <param name="name">The name; that of the type when null.</param>
public delegate Output Activation(Output x, string? name = null);
