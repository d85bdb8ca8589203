using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Processing;

/// <summary>What a request's optional <c>notBefore</c> and <c>expiresAt</c> (RFC 3339) mean now. Pure.</summary>
internal abstract partial record RequestWindow
{
    /// <summary>How wrong a device's clock may be. A request is not called late before it is late by every such clock.</summary>
    private static readonly TimeSpan ClockError = TimeSpan.FromMinutes(5);

    private RequestWindow()
    {
    }

    /// <summary>Its time has come.</summary>
    public sealed record Open : RequestWindow;

    /// <summary>Its time will come.</summary>
    /// <param name="Remaining">How long that takes.</param>
    public sealed record NotYetOpen(TimeSpan Remaining) : RequestWindow;

    /// <summary>Its time is over, or cannot be understood.</summary>
    /// <param name="Failure">What the document will say.</param>
    public sealed record Rejected(ActionFailure Failure) : RequestWindow;

    /// <summary>Reads the schedule of <paramref name="document"/>.</summary>
    public static RequestWindow Of(Document document, DateTimeOffset now)
    {
        if (!TryRead(document, "notBefore", out var notBefore, out var mistake) || !TryRead(document, "expiresAt", out var expiresAt, out mistake))
        {
            return new Rejected(mistake);
        }

        if (expiresAt + ClockError < now)
        {
            return new Rejected(new ActionFailure("expired", $"It could not be done before {expiresAt:u}, when it was to expire.", Retryable: true));
        }

        return notBefore > now ? new NotYetOpen(notBefore.Value - now) : new Open();
    }

    private static bool TryRead(Document document, string property, out DateTimeOffset? time, out ActionFailure mistake)
    {
        time = null;
        mistake = new ActionFailure("invalid_time", $"{property} must be a time like 2026-01-31T08:00:00Z.", Retryable: false);
        if (document.Body[property] is not { } value)
        {
            return true;
        }

        if (value is not JsonValue text
            || !text.TryGetValue<string>(out var written)
            || !Rfc3339().IsMatch(written)
            || !DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read))
        {
            return false;
        }

        time = read;
        return true;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$")]
    private static partial Regex Rfc3339();
}
