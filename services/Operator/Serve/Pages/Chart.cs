using System.Globalization;
using OfflineActions.Operator.Serve.State;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>A small chart of one number over the last half an hour. A gap is time in which nobody said the number.</summary>
internal static class Chart
{
    private const double Width = 300;
    private const double Height = 70;
    private const double Left = 44;
    private const double Bottom = 16;

    private static readonly TimeSpan Span = TimeSpan.FromMinutes(30);

    /// <param name="name">What it shows, for example <c>waiting for a worker</c>.</param>
    /// <param name="points">The points, the oldest first.</param>
    /// <param name="value">The number of a point; null when it was unknown.</param>
    /// <param name="now">The right end.</param>
    public static Html Draw(string name, IReadOnlyList<HistoryPoint> points, Func<HistoryPoint, long?> value, DateTimeOffset now)
    {
        var known = points.Select(value).OfType<long>().ToArray();
        var most = known.Length == 0 ? 0 : known.Max();
        var last = points.Count == 0 ? null : value(points[^1]);
        var words = known.Length == 0
            ? $"{name}: unknown"
            : $"{name}: {Words.Number(last)} now, at most {Words.Number(most)} in the last 30 minutes";
        return Html.Of($"""
            <figure class="chart">
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{words}">
            <line class="axis" x1="{Left}" y1="{Height - Bottom}" x2="{Width}" y2="{Height - Bottom}"/>
            <line class="axis" x1="{Left}" y1="4" x2="{Left}" y2="{Height - Bottom}"/>
            <text x="{Left - 4}" y="12" text-anchor="end">{Words.Number(most)}</text>
            <text x="{Left - 4}" y="{Height - Bottom}" text-anchor="end">0</text>
            <text x="{Left}" y="{Height - 3}">30 min ago</text>
            <text x="{Width}" y="{Height - 3}" text-anchor="end">now</text>
            {Html.Each(Lines(points, value, Math.Max(most, 1), now), line => Html.Of($"""<polyline class="line" points="{line}"/>"""))}
            </svg>
            <figcaption>{name}</figcaption>
            </figure>
            """);
    }

    private static IEnumerable<string> Lines(
        IReadOnlyList<HistoryPoint> points, Func<HistoryPoint, long?> value, long most, DateTimeOffset now)
    {
        var line = new List<string>();
        foreach (var point in points)
        {
            if (value(point) is { } number)
            {
                var x = Left + ((Width - Left) * Math.Clamp(1 - ((now - point.At) / Span), 0, 1));
                var y = Height - Bottom - ((Height - Bottom - 6) * number / most);
                line.Add(string.Create(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#}"));
            }
            else if (line.Count > 0)
            {
                yield return string.Join(' ', line);
                line.Clear();
            }
        }

        if (line.Count > 0)
        {
            yield return string.Join(' ', line);
        }
    }
}
