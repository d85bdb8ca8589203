namespace OfflineActions.Emulators;

/// <summary>The counters of an emulated Sync Gateway since its start or the last <see cref="Clear"/>.</summary>
public sealed class SyncGatewayStats
{
    private readonly long[] requests = new long[Enum.GetValues<RequestKind>().Length];
    private long sent;
    private long failed;
    private long filtered;
    private long dropped;
    private long writes;

    /// <summary>Requests received on the public and admin ports, including those that failed because of a fault.</summary>
    public IReadOnlyDictionary<RequestKind, long> Requests =>
        Enum.GetValues<RequestKind>().ToDictionary(kind => kind, kind => Interlocked.Read(ref requests[(int)kind]));

    /// <summary>Accepted revisions.</summary>
    public long Writes => Interlocked.Read(ref writes);

    /// <summary>Webhook requests started.</summary>
    public long WebhooksSent => Interlocked.Read(ref sent);

    /// <summary>Webhook requests without an answer.</summary>
    public long WebhooksFailed => Interlocked.Read(ref failed);

    /// <summary>Events rejected by a webhook's filter.</summary>
    public long WebhooksFiltered => Interlocked.Read(ref filtered);

    /// <summary>Events lost because of a full queue or a fault.</summary>
    public long WebhooksDropped => Interlocked.Read(ref dropped);

    /// <summary>Resets all counters to zero.</summary>
    public void Clear()
    {
        Array.Clear(requests);
        Interlocked.Exchange(ref sent, 0);
        Interlocked.Exchange(ref failed, 0);
        Interlocked.Exchange(ref filtered, 0);
        Interlocked.Exchange(ref dropped, 0);
        Interlocked.Exchange(ref writes, 0);
    }

    internal void Received(RequestKind kind) => Interlocked.Increment(ref requests[(int)kind]);

    internal void Written() => Interlocked.Increment(ref writes);

    internal void WebhookSent() => Interlocked.Increment(ref sent);

    internal void WebhookFailed() => Interlocked.Increment(ref failed);

    internal void WebhookFiltered() => Interlocked.Increment(ref filtered);

    internal void WebhookDropped() => Interlocked.Increment(ref dropped);
}
