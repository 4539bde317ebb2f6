using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Kernels.Updates;

/// <summary>The numbers of one step of RMSProp.</summary>
internal readonly record struct RMSPropNumbers<T>(T Rate, T Decay, T Momentum, T Epsilon)
    where T : unmanaged, IFloatingPointIeee754<T>;

/// <summary>ms ← ms + (g² - ms)(1 - ρ); mom ← mom·μ + g·rate / √(ms + ε); θ ← θ - mom.</summary>
internal readonly struct RMSProp<T>(in RMSPropNumbers<T> numbers) : IUpdate<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = Vector.Create(numbers.Rate);
    private readonly Vector<T> _newness = Vector.Create(T.One - numbers.Decay);
    private readonly Vector<T> _momentum = Vector.Create(numbers.Momentum);
    private readonly Vector<T> _epsilon = Vector.Create(numbers.Epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(ref Vector<T> variable, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third, Vector<T> gradient)
    {
        first += ((gradient * gradient) - first) * _newness;
        second = (second * _momentum) + (gradient * _rate / Vector.SquareRoot(first + _epsilon));
        variable -= second;
    }
}

/// <summary>RMSProp as TensorFlow computes it for rows: ms ← ms·ρ + g²(1 - ρ), the square root inverted first.</summary>
internal readonly struct RowRMSProp<T>(in RMSPropNumbers<T> numbers) : IUpdate<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = Vector.Create(numbers.Rate);
    private readonly Vector<T> _decay = Vector.Create(numbers.Decay);
    private readonly Vector<T> _newness = Vector.Create(T.One - numbers.Decay);
    private readonly Vector<T> _momentum = Vector.Create(numbers.Momentum);
    private readonly Vector<T> _epsilon = Vector.Create(numbers.Epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(ref Vector<T> variable, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third, Vector<T> gradient)
    {
        first = (first * _decay) + (gradient * gradient * _newness);
        second = (second * _momentum) + (Vector<T>.One / Vector.SquareRoot(first + _epsilon) * _rate * gradient);
        variable -= second;
    }
}

/// <summary>RMSProp over the variance: slots mg, ms, mom; mg ← mg + (g - mg)(1 - ρ), and ms - mg² in place of ms.</summary>
internal readonly struct CenteredRMSProp<T>(in RMSPropNumbers<T> numbers) : IUpdate<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = Vector.Create(numbers.Rate);
    private readonly Vector<T> _newness = Vector.Create(T.One - numbers.Decay);
    private readonly Vector<T> _momentum = Vector.Create(numbers.Momentum);
    private readonly Vector<T> _epsilon = Vector.Create(numbers.Epsilon);

    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(ref Vector<T> variable, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third, Vector<T> gradient)
    {
        second += ((gradient * gradient) - second) * _newness;
        first += (gradient - first) * _newness;
        Vector<T> variance = second - (first * first) + _epsilon;
        third = (third * _momentum) + (gradient * _rate / Vector.SquareRoot(variance));
        variable -= third;
    }
}

/// <summary>Centered RMSProp as TensorFlow computes it for rows.</summary>
internal readonly struct RowCenteredRMSProp<T>(in RMSPropNumbers<T> numbers) : IUpdate<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = Vector.Create(numbers.Rate);
    private readonly Vector<T> _decay = Vector.Create(numbers.Decay);
    private readonly Vector<T> _newness = Vector.Create(T.One - numbers.Decay);
    private readonly Vector<T> _momentum = Vector.Create(numbers.Momentum);
    private readonly Vector<T> _epsilon = Vector.Create(numbers.Epsilon);

    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke(ref Vector<T> variable, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third, Vector<T> gradient)
    {
        second = (second * _decay) + (gradient * gradient * _newness);
        first = (first * _decay) + (gradient * _newness);
        Vector<T> variance = second + _epsilon - (first * first);
        third = (third * _momentum) + (Vector<T>.One / Vector.SquareRoot(variance) * _rate * gradient);
        variable -= third;
    }
}
