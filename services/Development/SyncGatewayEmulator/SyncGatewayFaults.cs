using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>What goes wrong in the emulated Sync Gateway, on its public and admin ports.</summary>
public sealed class SyncGatewayFaults() : NetworkFaults(errorStatus: 503)
{
    private int skipSequences;

    /// <summary>
    /// Which requests meet the latency, the hanging, the failures and <see cref="LoseAnswers"/>; null or none for all.
    /// </summary>
    public IReadOnlyList<RequestKind>? Kinds { get; set; }

    /// <summary>Requests are carried out, but their connections are cut instead of answered.</summary>
    public bool LoseAnswers { get; set; }

    /// <summary>Every request is answered 401.</summary>
    public bool Unauthorized { get; set; }

    /// <summary>Webhooks are not sent.</summary>
    public bool DropWebhooks { get; set; }

    /// <summary>How many times more than once each webhook is sent.</summary>
    public int ExtraWebhooks { get; set; }

    /// <summary>A writer gets its answer only after the receivers of its webhook have answered, or 5 seconds.</summary>
    public bool WebhookBeforeAnswer { get; set; }

    /// <summary>How long after a write the changes feed shows it.</summary>
    public TimeSpan FeedLag { get; set; }

    /// <summary>The changes feed shows nothing newer than it did when this was set.</summary>
    public bool FreezeFeed { get; set; }

    /// <summary>
    /// How many of the next writes are missing in the changes feed at first, as happens in a cluster; counts down. Rows behind a gap have
    /// compound sequences, <c>L::N</c>.
    /// </summary>
    public int SkipSequences
    {
        get => skipSequences;
        set => skipSequences = value;
    }

    /// <summary>How long those are missing; then the feed fills them in, and shows what follows them once more.</summary>
    public TimeSpan SkippedFor { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many sequences before the one asked for the changes feed begins: those rows are delivered again.</summary>
    public int RedeliverRows { get; set; }

    /// <summary>A longpoll answers a single row, however many there are.</summary>
    public bool SingleRowLongpolls { get; set; }

    internal bool TakeSkip()
    {
        while (skipSequences is > 0 and var left)
        {
            if (Interlocked.CompareExchange(ref skipSequences, left - 1, left) == left)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What a request to the emulated Sync Gateway is about.</summary>
public enum RequestKind
{
    /// <summary>Everything else.</summary>
    Other,

    /// <summary>Reads documents.</summary>
    Read,

    /// <summary>Writes documents.</summary>
    Write,

    /// <summary>Follows the changes feed.</summary>
    Changes,

    /// <summary>Reads or writes a <c>_local</c> document.</summary>
    Local,
}
