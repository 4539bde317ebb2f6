using System.Diagnostics.CodeAnalysis;
using Ballast.Graphs;
using Ballast.Kernels.Updates;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>One step of RMSProp on a reference variable.</summary>
    public static readonly OpCard ApplyRMSProp = new RMSPropCard(UpdateForm.Apply);

    /// <summary>One step of RMSProp on a resource variable.</summary>
    public static readonly OpCard ResourceApplyRMSProp = new RMSPropCard(UpdateForm.ResourceApply);

    /// <summary>One step of RMSProp on rows of a reference variable.</summary>
    public static readonly OpCard SparseApplyRMSProp = new RMSPropCard(UpdateForm.SparseApply);

    /// <summary>One step of RMSProp on rows of a resource variable.</summary>
    public static readonly OpCard ResourceSparseApplyRMSProp = new RMSPropCard(UpdateForm.ResourceSparseApply);

    /// <summary>One step of centered RMSProp on a reference variable.</summary>
    public static readonly OpCard ApplyCenteredRMSProp = new CenteredRMSPropCard(UpdateForm.Apply);

    /// <summary>One step of centered RMSProp on a resource variable.</summary>
    public static readonly OpCard ResourceApplyCenteredRMSProp = new CenteredRMSPropCard(UpdateForm.ResourceApply);

    /// <summary>One step of centered RMSProp on rows of a reference variable.</summary>
    public static readonly OpCard SparseApplyCenteredRMSProp = new CenteredRMSPropCard(UpdateForm.SparseApply);

    /// <summary>One step of centered RMSProp on rows of a resource variable.</summary>
    public static readonly OpCard ResourceSparseApplyCenteredRMSProp = new CenteredRMSPropCard(UpdateForm.ResourceSparseApply);

    private const string RMSPropArguments = "lr, rho, momentum, epsilon, grad";

    private static RMSPropNumbers<T> NumbersOf<T>(in UpdateCall<T> call)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        new(call.Scalar(0), call.Scalar(1), call.Scalar(2), call.Scalar(3));

    private sealed class RMSPropCard : UpdateCard
    {
        [SetsRequiredMembers]
        public RMSPropCard(UpdateForm form) : base(form, "RMSProp", "var, ms, mom", RMSPropArguments)
        {
            Hazards =
            [
                Hazard.Forward("|g| > 1.8446744e19 in float32", "ms = Inf now; dense, NaN at the next step, then the variable too",
                    "clip the gradients by their global norm before the update"),
            ];
        }

        protected override void Update<T>(in UpdateCall<T> call)
        {
            if (IsSparse) call.Run(new RowRMSProp<T>(NumbersOf(call)));
            else call.Run(new RMSProp<T>(NumbersOf(call)));
        }
    }

    private sealed class CenteredRMSPropCard : UpdateCard
    {
        [SetsRequiredMembers]
        public CenteredRMSPropCard(UpdateForm form) : base(form, "CenteredRMSProp", "var, mg, ms, mom", RMSPropArguments)
        {
            Hazards =
            [
                Hazard.Forward("ms + ε < mg², by rounding or by assigned slots", "the root of a negative number: NaN", "raise epsilon"),
            ];
        }

        protected override void Update<T>(in UpdateCall<T> call)
        {
            if (IsSparse) call.Run(new RowCenteredRMSProp<T>(NumbersOf(call)));
            else call.Run(new CenteredRMSProp<T>(NumbersOf(call)));
        }
    }
}
