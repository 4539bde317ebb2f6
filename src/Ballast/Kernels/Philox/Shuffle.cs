namespace Ballast.Kernels.Philox;

/// <summary>Random orders, as TensorFlow's RandomShuffle draws them.</summary>
internal static class Shuffle
{
    /// <summary>The draws that shuffling so many elements takes from a stream.</summary>
    public static ulong Reserved(int count) => ((ulong)count + 3) / 4;

    /// <summary>Puts elements into a random order (Fisher and Yates, from the front).</summary>
    public static void Run<T>(PhiloxStream stream, Span<T> elements)
    {
        var reader = new PhiloxReader(stream);
        for (int i = 0; i < elements.Length - 1; i++)
        {
            int other = i + (int)(reader.Next() % (uint)(elements.Length - i));
            (elements[i], elements[other]) = (elements[other], elements[i]);
        }
    }

    /// <summary>Fills <paramref name="order"/> with a random order of 0, 1, 2, …</summary>
    public static void Permutation(PhiloxStream stream, Span<int> order)
    {
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Run(stream, order);
    }
}
