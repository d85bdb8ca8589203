namespace Emulators;

/// <summary>What goes wrong in the emulated Sync Gateway: nothing, unless set. Takes effect at once, also for requests under way.</summary>
public sealed class SyncGatewayFaults
{
    private int failNext;
    private bool refuse;

    /// <summary>Which requests <see cref="Latency"/>, <see cref="Hang"/>, <see cref="ErrorRate"/>, <see cref="FailNext"/> and
    /// <see cref="LoseAnswers"/> meet; null or none for all.</summary>
    public IReadOnlyList<RequestKind>? Kinds { get; set; }

    /// <summary>How long each request waits first.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Which part of the requests fails, from 0 to 1.</summary>
    public double ErrorRate { get; set; }

    /// <summary>How many of the next requests fail; counts down.</summary>
    public int FailNext
    {
        get => failNext;
        set => failNext = value;
    }

    /// <summary>The status of those failures.</summary>
    public int ErrorStatus { get; set; } = 503;

    /// <summary>Nothing listens on the public and admin ports: connections are refused, open ones are reset.</summary>
    public bool Refuse
    {
        get => refuse;
        set
        {
            refuse = value;
            RefuseChanged?.Invoke(value);
        }
    }

    /// <summary>Connections are accepted and reset.</summary>
    public bool Reset { get; set; }

    /// <summary>Requests get no answer until this is false again.</summary>
    public bool Hang { get; set; }

    /// <summary>Requests are carried out, but their connections are cut instead of answered.</summary>
    public bool LoseAnswers { get; set; }

    /// <summary>Every request is answered 401.</summary>
    public bool Unauthorized { get; set; }

    /// <summary>Webhooks are not sent.</summary>
    public bool DropWebhooks { get; set; }

    /// <summary>How many times more than once each webhook is sent.</summary>
    public int ExtraWebhooks { get; set; }

    /// <summary>A writer gets its answer only after the receivers of its webhook have answered.</summary>
    public bool WebhookBeforeAnswer { get; set; }

    /// <summary>How long after a write the changes feed shows it.</summary>
    public TimeSpan FeedLag { get; set; }

    internal Action<bool>? RefuseChanged { get; set; }

    internal bool TakeFailure()
    {
        while (failNext is > 0 and var left)
        {
            if (Interlocked.CompareExchange(ref failNext, left - 1, left) == left)
            {
                return true;
            }
        }

        return false;
    }
}
