using Ballast.Operations;
using Ballast.Testing;

namespace Ballast.Tests.Operations.MatrixProducts;

public sealed class BatchMatMulTests
{
    [Theory]
    [MemberData(nameof(MatMulTests.Transpositions), MemberType = typeof(MatMulTests))]
    public void Gradient_AgreesWithCentralDifferences(bool transposeA, bool transposeB) => GradientCheck.Agrees(
        x => x[0].Graph.Add(Cards.BatchMatMul, null, [x[0], x[1]], ("adj_x", transposeA), ("adj_y", transposeB)).Output,
        [SpecialValues.Normal(transposeA ? [2, 4, 3] : [2, 3, 4], 5), SpecialValues.Normal(transposeB ? [2, 2, 4] : [2, 4, 2], 6)]);
}
