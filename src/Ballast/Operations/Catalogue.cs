using System.Collections.Frozen;
using Ballast.Graphs;

namespace Ballast.Operations;

/// <summary>The list of all operations that Ballast knows, by type.</summary>
public static class Catalogue
{
    private static readonly FrozenDictionary<string, OpCard> ByType =
        Families.SelectMany(family => family.Cards).ToFrozenDictionary(card => card.Type);

    /// <summary>Every card, family by family.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<OpCard> Cards)> Families =>
    [
        ("Sources", Sources),
        ("Arithmetic", Arithmetic),
        ("Shaping", Shaping),
        ("Networks", Networks),
        ("State", State),
        ("Control flow", ControlFlow),
        ("Checks", Checks),
        ("Updates", Updates),
    ];

    /// <summary>Every card.</summary>
    public static IEnumerable<OpCard> Cards => ByType.Values;

    /// <summary>The card of a type.</summary>
    /// <returns>Null when Ballast does not know the type.</returns>
    public static OpCard? Find(string type) => ByType.GetValueOrDefault(type);

    /// <summary>Constants, placeholders, fills, random numbers.</summary>
    private static OpCard[] Sources =>
    [
        Operations.Cards.Const,
        Operations.Cards.Placeholder,
        Operations.Cards.PlaceholderWithDefault,
        Operations.Cards.Fill,
        Operations.Cards.ZerosLike,
        Operations.Cards.OnesLike,
        Operations.Cards.Range,
        Operations.Cards.LinSpace,
        Operations.Cards.RandomUniform,
        Operations.Cards.RandomUniformInt,
        Operations.Cards.RandomStandardNormal,
        Operations.Cards.TruncatedNormal,
        Operations.Cards.RandomShuffle,
    ];

    /// <summary>Element-wise mathematics, comparisons, reductions.</summary>
    private static OpCard[] Arithmetic =>
    [
        Operations.Cards.Add,
        Operations.Cards.AddV2,
        Operations.Cards.AddN,
        Operations.Cards.Sub,
        Operations.Cards.Mul,
        Operations.Cards.Neg,
        Operations.Cards.Abs,
        Operations.Cards.Sign,
        Operations.Cards.Div,
        Operations.Cards.RealDiv,
        Operations.Cards.DivNoNan,
        Operations.Cards.FloorDiv,
        Operations.Cards.TruncateDiv,
        Operations.Cards.FloorMod,
        Operations.Cards.Mod,
        Operations.Cards.TruncateMod,
        Operations.Cards.Square,
        Operations.Cards.SquaredDifference,
        Operations.Cards.Sqrt,
        Operations.Cards.SqrtGrad,
        Operations.Cards.Rsqrt,
        Operations.Cards.RsqrtGrad,
        Operations.Cards.Reciprocal,
        Operations.Cards.ReciprocalGrad,
        Operations.Cards.Inv,
        Operations.Cards.InvGrad,
        Operations.Cards.Pow,
        Operations.Cards.Exp,
        Operations.Cards.Expm1,
        Operations.Cards.Log,
        Operations.Cards.Log1p,
        Operations.Cards.Erf,
        Operations.Cards.Erfc,
        Operations.Cards.Sin,
        Operations.Cards.Cos,
        Operations.Cards.Tan,
        Operations.Cards.Asin,
        Operations.Cards.Acos,
        Operations.Cards.Atan,
        Operations.Cards.Atan2,
        Operations.Cards.Sinh,
        Operations.Cards.Cosh,
        Operations.Cards.Floor,
        Operations.Cards.Ceil,
        Operations.Cards.Round,
        Operations.Cards.Rint,
        Operations.Cards.Maximum,
        Operations.Cards.Minimum,
        Operations.Cards.ClipByValue,
        Operations.Cards.Equal,
        Operations.Cards.NotEqual,
        Operations.Cards.Less,
        Operations.Cards.LessEqual,
        Operations.Cards.Greater,
        Operations.Cards.GreaterEqual,
        Operations.Cards.IsNan,
        Operations.Cards.IsInf,
        Operations.Cards.IsFinite,
        Operations.Cards.LogicalAnd,
        Operations.Cards.LogicalOr,
        Operations.Cards.LogicalNot,
        Operations.Cards.Select,
        Operations.Cards.Where,
        Operations.Cards.Cast,
        Operations.Cards.BroadcastGradientArgs,
        Operations.Cards.Sum,
        Operations.Cards.Mean,
        Operations.Cards.Prod,
        Operations.Cards.Max,
        Operations.Cards.Min,
        Operations.Cards.All,
        Operations.Cards.Any,
        Operations.Cards.L2Loss,
        Operations.Cards.ListDiff,
        Operations.Cards.ArgMax,
        Operations.Cards.ArgMin,
        Operations.Cards.Cumsum,
        Operations.Cards.Cumprod,
    ];

    /// <summary>Shapes, joining, slicing, gathering.</summary>
    private static OpCard[] Shaping =>
    [
        Operations.Cards.Identity,
        Operations.Cards.IdentityN,
        Operations.Cards.Snapshot,
        Operations.Cards.StopGradient,
        Operations.Cards.PreventGradient,
        Operations.Cards.ShapeOf,
        Operations.Cards.ShapeN,
        Operations.Cards.Size,
        Operations.Cards.Rank,
        Operations.Cards.Reshape,
        Operations.Cards.ExpandDims,
        Operations.Cards.Squeeze,
        Operations.Cards.Transpose,
        Operations.Cards.InvertPermutation,
        Operations.Cards.ConcatV2,
        Operations.Cards.Concat,
        Operations.Cards.ConcatOffset,
        Operations.Cards.Pack,
        Operations.Cards.Split,
        Operations.Cards.SplitV,
        Operations.Cards.Unpack,
        Operations.Cards.Slice,
        Operations.Cards.Pad,
        Operations.Cards.PadV2,
        Operations.Cards.StridedSlice,
        Operations.Cards.StridedSliceGrad,
        Operations.Cards.Tile,
        Operations.Cards.BroadcastTo,
        Operations.Cards.Gather,
        Operations.Cards.GatherV2,
        Operations.Cards.UnsortedSegmentSum,
        Operations.Cards.SegmentSum,
    ];

    /// <summary>Matrix products, activations, losses, convolution, pooling, normalisation.</summary>
    private static OpCard[] Networks =>
    [
        Operations.Cards.MatMul,
        Operations.Cards.BatchMatMul,
        Operations.Cards.BatchMatMulV2,
        Operations.Cards.BiasAdd,
        Operations.Cards.BiasAddGrad,
        Operations.Cards.Relu,
        Operations.Cards.ReluGrad,
        Operations.Cards.Relu6,
        Operations.Cards.Relu6Grad,
        Operations.Cards.LeakyRelu,
        Operations.Cards.LeakyReluGrad,
        Operations.Cards.Elu,
        Operations.Cards.EluGrad,
        Operations.Cards.Selu,
        Operations.Cards.SeluGrad,
        Operations.Cards.Softplus,
        Operations.Cards.SoftplusGrad,
        Operations.Cards.Softsign,
        Operations.Cards.SoftsignGrad,
        Operations.Cards.Sigmoid,
        Operations.Cards.SigmoidGrad,
        Operations.Cards.Tanh,
        Operations.Cards.TanhGrad,
        Operations.Cards.Softmax,
        Operations.Cards.LogSoftmax,
        Operations.Cards.SoftmaxCrossEntropyWithLogits,
        Operations.Cards.SparseSoftmaxCrossEntropyWithLogits,
        Operations.Cards.InTopK,
        Operations.Cards.InTopKV2,
        Operations.Cards.Conv2D,
        Operations.Cards.Conv2DBackpropInput,
        Operations.Cards.Conv2DBackpropFilter,
        Operations.Cards.MaxPool,
        Operations.Cards.MaxPoolGrad,
        Operations.Cards.AvgPool,
        Operations.Cards.AvgPoolGrad,
        Operations.Cards.FusedBatchNorm,
        Operations.Cards.FusedBatchNormGrad,
        Operations.Cards.FusedBatchNormV2,
        Operations.Cards.FusedBatchNormGradV2,
        Operations.Cards.FusedBatchNormV3,
        Operations.Cards.FusedBatchNormGradV3,
    ];

    /// <summary>Variables.</summary>
    private static OpCard[] State =>
    [
        Operations.Cards.VariableV2,
        Operations.Cards.Variable,
        Operations.Cards.VarHandleOp,
        Operations.Cards.ReadVariableOp,
        Operations.Cards.IsVariableInitialized,
        Operations.Cards.VarIsInitializedOp,
        Operations.Cards.VariableShape,
        Operations.Cards.ResourceGather,
        Operations.Cards.Assign,
        Operations.Cards.AssignVariableOp,
        Operations.Cards.AssignAdd,
        Operations.Cards.AssignSub,
        Operations.Cards.AssignAddVariableOp,
        Operations.Cards.AssignSubVariableOp,
        Operations.Cards.CountUpTo,
        Operations.Cards.ScatterUpdate,
        Operations.Cards.ScatterAdd,
        Operations.Cards.ScatterSub,
        Operations.Cards.ScatterMul,
        Operations.Cards.ResourceScatterUpdate,
        Operations.Cards.ResourceScatterAdd,
        Operations.Cards.ResourceScatterSub,
        Operations.Cards.ResourceScatterMul,
    ];

    /// <summary>Switch, Merge, frames, stacks, tensor arrays.</summary>
    private static OpCard[] ControlFlow =>
    [
        Operations.Cards.NoOp,
        Operations.Cards.Switch,
        Operations.Cards.RefSwitch,
        Operations.Cards.Merge,
        Operations.Cards.RefMerge,
        Operations.Cards.Enter,
        Operations.Cards.RefEnter,
        Operations.Cards.Exit,
        Operations.Cards.RefExit,
        Operations.Cards.NextIteration,
        Operations.Cards.RefNextIteration,
        Operations.Cards.LoopCond,
        Operations.Cards.ControlTrigger,
        Operations.Cards.StackV2,
        Operations.Cards.StackPushV2,
        Operations.Cards.StackPopV2,
        Operations.Cards.StackCloseV2,
    ];

    /// <summary>Tests for NaN and Inf, assertions, printing.</summary>
    private static OpCard[] Checks =>
    [
        Operations.Cards.Assert,
        Operations.Cards.CheckNumerics,
        Operations.Cards.Print,
    ];

    /// <summary>What optimizers do to variables.</summary>
    private static OpCard[] Updates =>
    [
        Operations.Cards.ApplyGradientDescent,
        Operations.Cards.ResourceApplyGradientDescent,
        Operations.Cards.ApplyProximalGradientDescent,
        Operations.Cards.ResourceApplyProximalGradientDescent,
        Operations.Cards.SparseApplyProximalGradientDescent,
        Operations.Cards.ResourceSparseApplyProximalGradientDescent,
        Operations.Cards.ApplyMomentum,
        Operations.Cards.ResourceApplyMomentum,
        Operations.Cards.SparseApplyMomentum,
        Operations.Cards.ResourceSparseApplyMomentum,
        Operations.Cards.ApplyAdam,
        Operations.Cards.ResourceApplyAdam,
        Operations.Cards.ApplyRMSProp,
        Operations.Cards.ResourceApplyRMSProp,
        Operations.Cards.SparseApplyRMSProp,
        Operations.Cards.ResourceSparseApplyRMSProp,
        Operations.Cards.ApplyCenteredRMSProp,
        Operations.Cards.ResourceApplyCenteredRMSProp,
        Operations.Cards.SparseApplyCenteredRMSProp,
        Operations.Cards.ResourceSparseApplyCenteredRMSProp,
        Operations.Cards.ApplyAdagrad,
        Operations.Cards.ResourceApplyAdagrad,
        Operations.Cards.SparseApplyAdagrad,
        Operations.Cards.ResourceSparseApplyAdagrad,
        Operations.Cards.ApplyProximalAdagrad,
        Operations.Cards.ResourceApplyProximalAdagrad,
        Operations.Cards.ApplyAdadelta,
        Operations.Cards.ResourceApplyAdadelta,
        Operations.Cards.SparseApplyAdadelta,
        Operations.Cards.ResourceSparseApplyAdadelta,
        Operations.Cards.ApplyFtrl,
        Operations.Cards.ResourceApplyFtrl,
        Operations.Cards.SparseApplyFtrl,
        Operations.Cards.ResourceSparseApplyFtrl,
        Operations.Cards.ApplyFtrlV2,
        Operations.Cards.ResourceApplyFtrlV2,
        Operations.Cards.SparseApplyFtrlV2,
        Operations.Cards.ResourceSparseApplyFtrlV2,
    ];
}
