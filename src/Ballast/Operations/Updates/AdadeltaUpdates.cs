using System.Diagnostics.CodeAnalysis;
using Ballast.Graphs;
using Ballast.Kernels.Updates;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>One step of Adadelta on a reference variable.</summary>
    public static readonly OpCard ApplyAdadelta = new AdadeltaCard(UpdateForm.Apply);

    /// <summary>One step of Adadelta on a resource variable.</summary>
    public static readonly OpCard ResourceApplyAdadelta = new AdadeltaCard(UpdateForm.ResourceApply);

    /// <summary>One step of Adadelta on rows of a reference variable.</summary>
    public static readonly OpCard SparseApplyAdadelta = new AdadeltaCard(UpdateForm.SparseApply);

    /// <summary>One step of Adadelta on rows of a resource variable.</summary>
    public static readonly OpCard ResourceSparseApplyAdadelta = new AdadeltaCard(UpdateForm.ResourceSparseApply);

    private sealed class AdadeltaCard : UpdateCard
    {
        [SetsRequiredMembers]
        public AdadeltaCard(UpdateForm form) : base(form, "Adadelta", "var, accum, accum_update", "lr, rho, epsilon, grad")
        {
            Hazards =
            [
                Hazard.Forward("|g| > 1.8446744e19 in float32", "accum = Inf: this element never moves again",
                    "clip the gradients by their global norm before the update"),
            ];
        }

        protected override void Update<T>(in UpdateCall<T> call) =>
            call.Run(new Adadelta<T>(call.Scalar(0), call.Scalar(1), call.Scalar(2)));
    }
}
