using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ballast.Monitoring;

/// <summary>Numbers in the JSON that Ballast writes.</summary>
/// <remarks>
/// NaN and ±Inf are the strings <c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c>, which JSON has no numbers for.
/// A number that is a float32 is written in the fewest digits that give this float32 back.
/// </remarks>
public static class JsonNumbers
{
    /// <summary>Writes quotes, plus signs and letters of every language as they are: these files are no part of a web page.</summary>
    public static JsonWriterOptions Plain { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    extension(Utf8JsonWriter writer)
    {
        /// <summary>Writes a property that may be NaN, ±Inf or missing.</summary>
        public void WriteReal(string name, double? value)
        {
            writer.WritePropertyName(name);
            if (value is not { } number) writer.WriteNullValue();
            else if (double.IsNaN(number)) writer.WriteStringValue("NaN");
            else if (double.IsInfinity(number)) writer.WriteStringValue(number > 0 ? "Infinity" : "-Infinity");
            else if ((float)number == number) writer.WriteNumberValue((float)number);
            else writer.WriteNumberValue(number);
        }
    }
}
