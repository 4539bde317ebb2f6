using System.Diagnostics.CodeAnalysis;
using Ballast.Graphs;
using Ballast.Kernels.Updates;

namespace Ballast.Operations;

public static partial class Cards
{
    /// <summary>One step of FTRL on a reference variable.</summary>
    public static readonly OpCard ApplyFtrl = new FtrlCard(UpdateForm.Apply, 1);

    /// <summary>One step of FTRL on a resource variable.</summary>
    public static readonly OpCard ResourceApplyFtrl = new FtrlCard(UpdateForm.ResourceApply, 1);

    /// <summary>One step of FTRL on rows of a reference variable.</summary>
    public static readonly OpCard SparseApplyFtrl = new FtrlCard(UpdateForm.SparseApply, 1);

    /// <summary>One step of FTRL on rows of a resource variable.</summary>
    public static readonly OpCard ResourceSparseApplyFtrl = new FtrlCard(UpdateForm.ResourceSparseApply, 1);

    /// <summary>One step of FTRL with shrinkage on a reference variable.</summary>
    public static readonly OpCard ApplyFtrlV2 = new FtrlCard(UpdateForm.Apply, 2);

    /// <summary>One step of FTRL with shrinkage on a resource variable.</summary>
    public static readonly OpCard ResourceApplyFtrlV2 = new FtrlCard(UpdateForm.ResourceApply, 2);

    /// <summary>One step of FTRL with shrinkage on rows of a reference variable.</summary>
    public static readonly OpCard SparseApplyFtrlV2 = new FtrlCard(UpdateForm.SparseApply, 2);

    /// <summary>One step of FTRL with shrinkage on rows of a resource variable.</summary>
    public static readonly OpCard ResourceSparseApplyFtrlV2 = new FtrlCard(UpdateForm.ResourceSparseApply, 2);

    private sealed class FtrlCard : UpdateCard
    {
        private readonly bool _hasShrinkage;

        [SetsRequiredMembers]
        public FtrlCard(UpdateForm form, int version) : base(form, version == 2 ? "FtrlV2" : "Ftrl", "var, accum, linear",
            version == 2 ? "grad, lr, l1, l2, l2_shrinkage, lr_power" : "grad, lr, l1, l2, lr_power")
        {
            _hasShrinkage = version == 2;
            Hazards =
            [
                Hazard.Forward("|g| > 1.8446744e19 in float32", "accum = Inf and linear = ±Inf or NaN, while the variable may be a calm 0",
                    "clip the gradients by their global norm before the update"),
            ];
        }

        protected override void Update<T>(in UpdateCall<T> call) => call.Run(new Ftrl<T>(_hasShrinkage
            ? new FtrlNumbers<T>(call.Scalar(0), call.Scalar(1), call.Scalar(2), call.Scalar(3), call.Scalar(4))
            : new FtrlNumbers<T>(call.Scalar(0), call.Scalar(1), call.Scalar(2), T.Zero, call.Scalar(3))));
    }
}
