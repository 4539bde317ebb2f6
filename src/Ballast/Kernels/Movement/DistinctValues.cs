namespace Ballast.Kernels.Movement;

/// <summary>Numbers the distinct elements of a list in the order of their first occurrence. NaN is distinct from every NaN, -0 equals 0.</summary>
internal static class DistinctValues
{
    /// <summary>Numbers the elements.</summary>
    /// <param name="elements">The list.</param>
    /// <param name="numbers">For each element the number of its value, from 0.</param>
    /// <param name="firsts">For each number the position of its first element; as long as the list.</param>
    /// <returns>How many distinct values there are.</returns>
    public static int Number<T>(ReadOnlySpan<T> elements, Span<int> numbers, Span<int> firsts) where T : notnull
    {
        Dictionary<T, int> known = Known<T>.Lend();
        int count = 0;
        for (int i = 0; i < elements.Length; i++)
        {
            if (!IsNan(elements[i]) && known.TryGetValue(elements[i], out int number))
            {
                numbers[i] = number;
                continue;
            }

            if (!IsNan(elements[i])) known.Add(elements[i], count);
            firsts[count] = i;
            numbers[i] = count++;
        }

        known.Clear();
        return count;
    }

    private static bool IsNan<T>(T element) => element switch
    {
        float x => float.IsNaN(x),
        double x => double.IsNaN(x),
        Half x => Half.IsNaN(x),
        _ => false,
    };

    /// <summary>A dictionary for each thread, so that a second call of the same size allocates nothing.</summary>
    private static class Known<T> where T : notnull
    {
        [ThreadStatic]
        private static Dictionary<T, int>? _shared;

        public static Dictionary<T, int> Lend()
        {
            _shared ??= typeof(T) == typeof(byte[]) ? (Dictionary<T, int>)(object)new Dictionary<byte[], int>(new SameBytes()) : [];
            _shared.Clear();
            return _shared;
        }
    }

    private sealed class SameBytes : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes)
        {
            var hash = new HashCode();
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }
    }
}
