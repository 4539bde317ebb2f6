using System.Numerics;

namespace Ballast.Kernels.Elementwise;

/// <summary>What an operation with one input does to one vector of elements.</summary>
/// <remarks>
/// The loops run floats, doubles and integers through this; float16 and bfloat16 are widened to float32 and rounded once.
/// An operator without state is an empty struct, so each loop is compiled anew for it and nothing is called through a pointer.
/// </remarks>
internal interface IUnaryOperator
{
    Vector<T> Invoke<T>(Vector<T> x) where T : unmanaged;
}

/// <summary>What an operation with two inputs does to one pair of vectors.</summary>
internal interface IBinaryOperator
{
    Vector<T> Invoke<T>(Vector<T> x, Vector<T> y) where T : unmanaged;
}

/// <summary>What an operation with three inputs does to three vectors.</summary>
internal interface ITernaryOperator
{
    Vector<T> Invoke<T>(Vector<T> x, Vector<T> y, Vector<T> z) where T : unmanaged;
}

/// <summary>A comparison: all bits of a lane are set where it holds, none where it does not.</summary>
internal interface IComparison
{
    Vector<T> Invoke<T>(Vector<T> x, Vector<T> y) where T : unmanaged;
}
