using System.Globalization;
using System.Text;
using Ballast.Tensors;

namespace Ballast.Operations;

/// <summary>Values as TensorFlow's Assert and Print write them: <c>1 2 3...</c>, <c>[1 2][3 4]</c>.</summary>
internal static class ValueSummary
{
    /// <summary>At most <paramref name="limit"/> elements (all when negative), with brackets for each dimension but the first.</summary>
    public static string Of(Value value, int limit)
    {
        int most = limit < 0 ? value.Length : Math.Min(limit, value.Length);
        if (value.Shape.Rank == 0) return Element(value, 0);
        var text = new StringBuilder();
        int written = 0;
        Append(value, 0, 0, most, ref written, text);
        if (value.Length > most) text.Append("...");
        return text.ToString();
    }

    private static void Append(Value value, int dimension, int offset, int most, ref int written, StringBuilder text)
    {
        int count = value.Shape[dimension];
        bool isLast = dimension == value.Shape.Rank - 1;
        int stride = 1;
        for (int i = dimension + 1; i < value.Shape.Rank; i++) stride *= value.Shape[i];
        for (int i = 0; i < count && written < most; i++)
        {
            if (isLast)
            {
                if (i > 0) text.Append(' ');
                text.Append(Element(value, offset + i));
                written++;
                continue;
            }

            text.Append('[');
            Append(value, dimension + 1, offset + (i * stride), most, ref written, text);
            text.Append(']');
        }
    }

    private static string Element(Value value, int index) => value.DType switch
    {
        DType.Bool => value.Elements<bool>()[index] ? "1" : "0",
        DType.Float32 => Number(value.Elements<float>()[index]),
        DType.Float64 => Number(value.Elements<double>()[index]),
        DType.Float16 => Number((double)value.Elements<Half>()[index]),
        DType.BFloat16 => Number(value.Elements<BFloat16>()[index]),
        DType.String => Escaped(value.Strings[index]),
        _ => value.Element(index),
    };

    /// <summary>As C's <c>%g</c>: six significant digits, exponent of two digits, <c>nan</c>, <c>inf</c>.</summary>
    private static string Number(double number)
    {
        if (double.IsNaN(number)) return "nan";
        if (double.IsInfinity(number)) return number > 0 ? "inf" : "-inf";
        string text = number.ToString("G6", CultureInfo.InvariantCulture);
        int exponent = text.IndexOf('E', StringComparison.Ordinal);
        if (exponent < 0) return text;
        int power = int.Parse(text.AsSpan(exponent + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture,
            $"{text.AsSpan(0, exponent)}e{(power < 0 ? '-' : '+')}{Math.Abs(power):00}");
    }

    private static string Escaped(byte[] bytes)
    {
        var text = new StringBuilder();
        foreach (char character in Encoding.UTF8.GetString(bytes))
            text.Append(character switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\\' => "\\\\",
                '"' => "\\\"",
                '\'' => "\\'",
                _ => character.ToString(),
            });
        return text.ToString();
    }
}
