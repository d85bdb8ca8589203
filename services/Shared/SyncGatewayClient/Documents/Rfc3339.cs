using System.Globalization;
using System.Text.RegularExpressions;

namespace OfflineActions.SyncGateway;

/// <summary>Times in documents, as RFC 3339 writes them: <c>2026-01-31T08:00:00Z</c>.</summary>
public static partial class Rfc3339
{
    /// <summary>The time that <paramref name="text"/> says; null when it says none, or one that .NET cannot hold.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        text is not null
        && Pattern.IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)\z", RegexOptions.ECMAScript)]
    private static partial Regex Pattern { get; }
}
