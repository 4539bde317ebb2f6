using System.Diagnostics.CodeAnalysis;
using Ballast.Graphs;
using Ballast.Kernels.Updates;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>One step of Adagrad on a reference variable.</summary>
    public static readonly OpCard ApplyAdagrad = new AdagradCard(UpdateForm.Apply);

    /// <summary>One step of Adagrad on a resource variable.</summary>
    public static readonly OpCard ResourceApplyAdagrad = new AdagradCard(UpdateForm.ResourceApply);

    /// <summary>One step of Adagrad on rows of a reference variable.</summary>
    public static readonly OpCard SparseApplyAdagrad = new AdagradCard(UpdateForm.SparseApply);

    /// <summary>One step of Adagrad on rows of a resource variable.</summary>
    public static readonly OpCard ResourceSparseApplyAdagrad = new AdagradCard(UpdateForm.ResourceSparseApply);

    /// <summary>One step of proximal Adagrad on a reference variable.</summary>
    public static readonly OpCard ApplyProximalAdagrad = new ProximalAdagradCard(UpdateForm.Apply);

    /// <summary>One step of proximal Adagrad on a resource variable.</summary>
    public static readonly OpCard ResourceApplyProximalAdagrad = new ProximalAdagradCard(UpdateForm.ResourceApply);

    private sealed class AdagradCard : UpdateCard
    {
        [SetsRequiredMembers]
        public AdagradCard(UpdateForm form) : base(form, "Adagrad", "var, accum", "lr, grad", "update_slots: bool = true")
        {
            Hazards =
            [
                Hazard.Forward("|g| > 1.8446744e19 in float32", "accum = Inf: this element never moves again",
                    "clip the gradients by their global norm before the update"),
                Hazard.Forward("accum = 0 and g = 0", "0 · Inf = NaN", "start the accumulator above 0"),
            ];
        }

        protected override void Update<T>(in UpdateCall<T> call) =>
            call.Run(new Adagrad<T>(call.Scalar(0), call["update_slots"].Bool));
    }

    [method: SetsRequiredMembers]
    private sealed class ProximalAdagradCard(UpdateForm form)
        : UpdateCard(form, "ProximalAdagrad", "var, accum", "lr, l1, l2, grad")
    {
        protected override void Update<T>(in UpdateCall<T> call) =>
            call.Run(new ProximalAdagrad<T>(call.Scalar(0), call.Scalar(1), call.Scalar(2)));
    }
}
