using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Processing;

/// <summary>The time between a request's optional <c>notBefore</c> and <c>expiresAt</c> (RFC 3339), compared with now.</summary>
internal abstract record RequestWindow
{
    /// <summary>The largest error of a device's clock. A request expires only when it is late by every such clock.</summary>
    private static readonly TimeSpan ClockError = TimeSpan.FromMinutes(5);

    private RequestWindow()
    {
    }

    /// <summary>The action may run now.</summary>
    /// <param name="NotBefore">The document's <c>notBefore</c>, which has come; null when it has none.</param>
    public sealed record Open(DateTimeOffset? NotBefore = null) : RequestWindow;

    /// <summary><c>notBefore</c> is in the future.</summary>
    /// <param name="Remaining">The time until <c>notBefore</c>.</param>
    public sealed record NotYetOpen(TimeSpan Remaining) : RequestWindow;

    /// <summary>The request has expired, or one of its times is not valid.</summary>
    /// <param name="Failure">The failure to write.</param>
    public sealed record Rejected(ActionFailure Failure) : RequestWindow;

    /// <summary>Compares the times in <paramref name="document"/> with <paramref name="now"/>.</summary>
    public static RequestWindow Read(Document document, DateTimeOffset now)
    {
        if (!TryRead(document, "notBefore", out var notBefore, out var failure)
            || !TryRead(document, "expiresAt", out var expiresAt, out failure))
        {
            return new Rejected(failure);
        }

        // A difference, because no time is later than the end of the year 9999.
        if (now - expiresAt > ClockError)
        {
            return new Rejected(new ActionFailure(FailureCodes.Expired, $"The request expired at {expiresAt:u}.", Retryable: true));
        }

        return notBefore > now ? new NotYetOpen(notBefore.Value - now) : new Open(notBefore);
    }

    private static bool TryRead(Document document, string property, out DateTimeOffset? time, out ActionFailure failure)
    {
        time = null;
        failure = new ActionFailure(FailureCodes.InvalidTime, $"{property} must be a time like 2026-01-31T08:00:00Z.", Retryable: false);
        if (document.Body.IsNullOrMissing(property))
        {
            return true;
        }

        time = Rfc3339.Parse(document.Text(property));
        return time is not null;
    }
}
