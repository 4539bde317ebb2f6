using System.Numerics;

namespace Ballast.Kernels.Updates;

/// <summary>One optimizer's step on one vector of elements: variable, up to three slots, gradient.</summary>
/// <remarks>A struct that holds its numbers as vectors, computed once per step in the type of the elements.</remarks>
internal interface IUpdate<T> where T : unmanaged
{
    /// <summary>How many slots there are, 0 to 3; the others are neither read nor written.</summary>
    static abstract int Slots { get; }

    /// <summary>Changes variable and slots.</summary>
    void Invoke(ref Vector<T> variable, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third, Vector<T> gradient);
}
