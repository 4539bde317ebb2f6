using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Ballast.Monitoring.Reports;

/// <summary>Draws a chart as a figure of HTML with one SVG in it.</summary>
internal static class ChartDrawing
{
    private const int Width = 520, Height = 250, Left = 52, Right = 12, Top = 12, Bottom = 28;

    public static string Draw(Chart chart)
    {
        ChartSeries[] series = [.. chart.Series.Where(s => Points(chart, s).Any())];
        if (series.Length == 0) return "";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<figure><figcaption><b>{Escape(chart.Title)}</b>");
        foreach (ChartSeries one in series)
            text.Append(CultureInfo.InvariantCulture, $"<span class=\"key c{one.Colour}\">{Escape(one.Label)}</span>");
        if (chart.Level is { } labelled)
            text.Append(CultureInfo.InvariantCulture, $"<span class=\"key level\">{Escape(labelled.Label)}</span>");
        text.Append(CultureInfo.InvariantCulture,
            $"</figcaption>\n<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Escape(chart.Title)}\">\n");

        (Axis x, Axis y) = Axes(chart, series);
        DrawGrid(text, chart, x, y);
        if (chart.Level is { } level)
            text.Append(CultureInfo.InvariantCulture,
                $"<path class=\"level\" d=\"M{Left} {y[level.Value]:0.#}H{Width - Right}\"/>\n");
        foreach (ChartSeries one in series) DrawSeries(text, one, [.. Points(chart, one)], x, y);
        if (chart.IncidentStep is { } step)
            text.Append(CultureInfo.InvariantCulture,
                $"<path class=\"incident\" d=\"M{x[step]:0.#} {Top}V{Height - Bottom}\"><title>Step {step}</title></path>\n");
        return text.Append("</svg></figure>\n").ToString();
    }

    private static IEnumerable<CurvePoint> Points(Chart chart, ChartSeries series) =>
        series.Curve.Points.Where(p => !chart.IsLogarithmic || p.Minimum > 0);

    private static (Axis X, Axis Y) Axes(Chart chart, ChartSeries[] series)
    {
        CurvePoint[] all = [.. series.SelectMany(s => Points(chart, s))];
        double minimum = all.Min(p => p.Minimum), maximum = all.Max(p => p.Maximum);
        if (chart.Level is { } level) (minimum, maximum) = (Math.Min(minimum, level.Value), Math.Max(maximum, level.Value));
        // Of one value alone the axis shows a little of both sides, but never less than nothing or more than all.
        if (chart.IsFraction && maximum <= minimum)
            (minimum, maximum) = (Math.Max(0, minimum - 0.05), Math.Min(1, maximum + 0.05));
        Axis y = chart.IsLogarithmic
            ? Axis.Logarithmic(minimum, maximum, Height - Bottom, Top)
            : Axis.Linear(chart.IsFraction ? minimum : Math.Min(0, minimum), maximum, Height - Bottom, Top);
        long last = Math.Max(all.Max(p => p.LastStep), chart.IncidentStep ?? 0);
        return (Axis.Linear(0, last, Left, Width - Right, tight: true), y);
    }

    private static void DrawGrid(StringBuilder text, Chart chart, Axis x, Axis y)
    {
        foreach (double tick in y.Ticks)
        {
            string label = chart.IsFraction ? Axis.Label(tick * 100) + " %" : Axis.Label(tick);
            text.Append(CultureInfo.InvariantCulture,
                $"<path class=\"grid\" d=\"M{Left} {y[tick]:0.#}H{Width - Right}\"/><text x=\"{Left - 8}\" y=\"{y[tick] + 3.5:0.#}\" class=\"end\">{label}</text>\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{Height - Bottom + 18}\" class=\"end\">step</text>\n");
        foreach (double tick in x.Ticks)
            text.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{x[tick]:0.#}\" y=\"{Height - Bottom + 18}\" class=\"middle\">{Axis.Label(tick)}</text>\n");
    }

    private static void DrawSeries(StringBuilder text, ChartSeries series, CurvePoint[] points, Axis x, Axis y)
    {
        bool pale = series.IsNoisy && points.Length > 20;
        if (points.Any(p => p.Count > 1)) DrawBand(text, series, points, x, y);
        DrawLine(text, $"line c{series.Colour}{(pale ? " pale" : "")}", points.Select(p => (Middle(p), p.Mean)), x, y);
        if (pale) DrawLine(text, $"line c{series.Colour}", RunningMean(points), x, y);
        if (series.HasMarks || points.Length == 1)
            foreach (CurvePoint point in points)
                text.Append(CultureInfo.InvariantCulture,
                    $"<circle class=\"c{series.Colour}\" cx=\"{x[Middle(point)]:0.#}\" cy=\"{y[point.Mean]:0.#}\" r=\"3\"><title>Step {point.LastStep}: {point.Mean:0.####}</title></circle>\n");
    }

    private static void DrawLine(StringBuilder text, string style, IEnumerable<(double Step, double Value)> points, Axis x, Axis y)
    {
        text.Append(CultureInfo.InvariantCulture, $"<path class=\"{style}\" d=\"M");
        text.AppendJoin('L', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{x[p.Step]:0.#} {y[p.Value]:0.#}")));
        text.Append("\"/>\n");
    }

    private static void DrawBand(StringBuilder text, ChartSeries series, CurvePoint[] points, Axis x, Axis y)
    {
        IEnumerable<(double Step, double Value)> outline = points.Select(p => (Middle(p), p.Maximum))
            .Concat(points.Reverse().Select(p => (Middle(p), p.Minimum)));
        DrawLine(text, $"band c{series.Colour}", outline, x, y);
    }

    /// <summary>A mean over a fortieth of the curve to either side, as far as there is any.</summary>
    private static IEnumerable<(double Step, double Value)> RunningMean(CurvePoint[] points)
    {
        int radius = Math.Max(2, points.Length / 40);
        for (int i = 0; i < points.Length; i++)
        {
            int first = Math.Max(0, i - radius), end = Math.Min(points.Length, i + radius + 1);
            yield return (Middle(points[i]), points[first..end].Average(p => p.Mean));
        }
    }

    private static double Middle(in CurvePoint point) => (point.FirstStep + point.LastStep) / 2.0;

    private static string Escape(string text) => HtmlEncoder.Default.Encode(text);
}
