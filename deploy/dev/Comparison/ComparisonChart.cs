using System.Globalization;
using System.Xml.Linq;

namespace OfflineActions.Dev.Comparison;

/// <summary>Draws two figures of a report as horizontal bars, as SVG that GitHub shows in light and dark mode. Pure.</summary>
internal static class ComparisonChart
{
    private const int Width = 760;
    private const int LabelWidth = 170;
    private const int BarWidth = 480;
    private const int BarHeight = 20;
    private const int RowHeight = 28;
    private const int TitleHeight = 40;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Requests a second and processor time of the warm burst.</summary>
    public static string Draw(ComparisonReport report)
    {
        var blocks = new[] { Figure.PerSecond, Figure.Own }.Select(figure => (Figure: figure, Bars: Bars(report, figure))).ToArray();
        var elements = new List<XElement>();
        var top = 0;
        foreach (var (figure, bars) in blocks)
        {
            elements.Add(Text(0, top + 24, $"{figure.Name} ({(figure.IsMoreBetter is true ? "more" : "less")} is better)", "title"));
            top += TitleHeight;
            var most = bars.Max(bar => bar.Value);
            for (var at = 0; at < bars.Length; at++, top += RowHeight)
            {
                var length = BarWidth * bars[at].Value / most;
                elements.Add(Text(0, top + 15, bars[at].Stack, "label"));
                elements.Add(new XElement(
                    Svg + "rect",
                    new XAttribute("x", LabelWidth),
                    new XAttribute("y", top),
                    new XAttribute("width", Format(length, 1)),
                    new XAttribute("height", BarHeight),
                    new XAttribute("class", at == 0 ? "ours" : "other")));
                elements.Add(Text(LabelWidth + length + 8, top + 15, Format(bars[at].Value, figure.Decimals), "label"));
            }
        }

        return new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Width} {top + 8}"),
            new XAttribute("width", Width),
            new XAttribute("role", "img"),
            new XElement(Svg + "title", "Requests a second and processor time of each stack"),
            new XElement(Svg + "style", """
                text { font: 14px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600 }
                .ours { fill: #1a7f37 } .other { fill: #8c959f }
                @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .ours { fill: #3fb950 } .other { fill: #6e7681 } }
                """),
            elements).ToString();
    }

    private static (string Stack, double Value)[] Bars(ComparisonReport report, Figure figure) =>
    [
        .. report.StacksOf(Part.Warm).Select(stack => (stack, report.Median(stack, Part.Warm, figure)
            ?? throw new InvalidOperationException($"{figure.Name} of {stack} was not measured."))),
    ];

    private static XElement Text(double x, int y, string text, string kind) =>
        new(Svg + "text", new XAttribute("x", Format(x, 1)), new XAttribute("y", y), new XAttribute("class", kind), text);

    private static string Format(double value, int decimals) => value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
}
