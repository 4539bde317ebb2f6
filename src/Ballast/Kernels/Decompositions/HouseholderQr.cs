namespace Ballast.Kernels.Decompositions;

/// <summary>A = Q·R by Householder reflections, in float64 and in one fixed order.</summary>
/// <remarks>Columns are kept together, so that every inner loop walks memory in order. Source: Golub and Van Loan, Matrix Computations, section 5.2.</remarks>
internal static class HouseholderQr
{
    /// <summary>Factors a matrix of <paramref name="rows"/> × <paramref name="columns"/>, given column by column.</summary>
    /// <param name="a">The matrix; afterwards R stands in its upper triangle, what lies below is undefined.</param>
    /// <param name="rows">The rows, 0 or more.</param>
    /// <param name="columns">The columns, 0 or more.</param>
    /// <param name="q">Gets the first columns of Q, as many as fit: <paramref name="rows"/> numbers each.</param>
    /// <param name="scales">Room for min(rows, columns) numbers.</param>
    public static void Factor(Span<double> a, int rows, int columns, Span<double> q, Span<double> scales)
    {
        int reflections = Math.Min(rows, columns);
        for (int k = 0; k < reflections; k++)
        {
            Span<double> vector = a.Slice(k * rows, rows)[k..];
            (double scale, double diagonal) = MakeReflection(vector);
            scales[k] = scale;
            for (int j = k + 1; j < columns; j++) Reflect(vector, scale, a.Slice(j * rows, rows)[k..]);
            // The vector's head is 1 by convention; R's diagonal takes its place once the column is no longer read.
            vector[0] = diagonal;
        }

        FormQ(a, rows, reflections, q, scales);
    }

    private static void FormQ(ReadOnlySpan<double> a, int rows, int reflections, Span<double> q, ReadOnlySpan<double> scales)
    {
        int wanted = rows == 0 ? 0 : q.Length / rows;
        q.Clear();
        for (int j = 0; j < wanted; j++) q[(j * rows) + j] = 1;
        for (int k = reflections - 1; k >= 0; k--)
            for (int j = k; j < wanted; j++)
                ReflectWithUnitHead(a.Slice(k * rows, rows)[k..], scales[k], q.Slice(j * rows, rows)[k..]);
    }

    /// <summary>Turns a column into the vector v (with head 1) of the reflection 1 - scale·v·vᵀ that brings it to (diagonal, 0, …).</summary>
    private static (double Scale, double Diagonal) MakeReflection(Span<double> column)
    {
        double head = column[0], tail = 0;
        for (int i = 1; i < column.Length; i++) tail += column[i] * column[i];
        if (tail == 0)
        {
            column[0] = 1;
            return (0, head);
        }

        double diagonal = -Math.CopySign(Math.Sqrt((head * head) + tail), head);
        double first = head - diagonal;
        for (int i = 1; i < column.Length; i++) column[i] /= first;
        column[0] = 1;
        return (-first / diagonal, diagonal);
    }

    private static void Reflect(ReadOnlySpan<double> vector, double scale, Span<double> column)
    {
        double product = 0;
        for (int i = 0; i < column.Length; i++) product += vector[i] * column[i];
        product *= scale;
        for (int i = 0; i < column.Length; i++) column[i] -= product * vector[i];
    }

    private static void ReflectWithUnitHead(ReadOnlySpan<double> vector, double scale, Span<double> column)
    {
        double product = column[0];
        for (int i = 1; i < column.Length; i++) product += vector[i] * column[i];
        product *= scale;
        column[0] -= product;
        for (int i = 1; i < column.Length; i++) column[i] -= product * vector[i];
    }
}
