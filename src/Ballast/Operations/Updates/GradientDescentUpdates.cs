using System.Diagnostics.CodeAnalysis;
using Ballast.Graphs;
using Ballast.Kernels.Updates;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>One step of gradient descent on a reference variable.</summary>
    public static readonly OpCard ApplyGradientDescent = new GradientDescentCard(UpdateForm.Apply);

    /// <summary>One step of gradient descent on a resource variable.</summary>
    public static readonly OpCard ResourceApplyGradientDescent = new GradientDescentCard(UpdateForm.ResourceApply);

    /// <summary>One step of proximal gradient descent on a reference variable.</summary>
    public static readonly OpCard ApplyProximalGradientDescent = new ProximalGradientDescentCard(UpdateForm.Apply);

    /// <summary>One step of proximal gradient descent on a resource variable.</summary>
    public static readonly OpCard ResourceApplyProximalGradientDescent = new ProximalGradientDescentCard(UpdateForm.ResourceApply);

    /// <summary>One step of proximal gradient descent on rows of a reference variable.</summary>
    public static readonly OpCard SparseApplyProximalGradientDescent = new ProximalGradientDescentCard(UpdateForm.SparseApply);

    /// <summary>One step of proximal gradient descent on rows of a resource variable.</summary>
    public static readonly OpCard ResourceSparseApplyProximalGradientDescent = new ProximalGradientDescentCard(UpdateForm.ResourceSparseApply);

    [method: SetsRequiredMembers]
    private sealed class GradientDescentCard(UpdateForm form) : UpdateCard(form, "GradientDescent", "var", "alpha, delta")
    {
        protected override void Update<T>(in UpdateCall<T> call) => call.Run(new GradientDescent<T>(call.Scalar(0)));
    }

    // The rows' form names its gradient grad, the other one delta.
    [method: SetsRequiredMembers]
    private sealed class ProximalGradientDescentCard(UpdateForm form) : UpdateCard(form, "ProximalGradientDescent", "var",
        form is UpdateForm.Apply or UpdateForm.ResourceApply ? "alpha, l1, l2, delta" : "alpha, l1, l2, grad")
    {
        protected override void Update<T>(in UpdateCall<T> call) =>
            call.Run(new ProximalGradientDescent<T>(call.Scalar(0), call.Scalar(1), call.Scalar(2)));
    }
}
