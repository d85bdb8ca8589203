using System.ComponentModel.DataAnnotations;
using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>The faults of an emulated Sync Gateway, on its public and admin ports.</summary>
public sealed class SyncGatewayFaults() : NetworkFaults(errorStatus: 503)
{
    private int skipSequences;

    /// <summary>
    /// The kinds of requests that latency, hanging, failures and <see cref="LoseAnswers"/> apply to; all when null or empty.
    /// </summary>
    public IReadOnlyList<RequestKind>? Kinds { get; set; }

    /// <summary>Requests are executed, but their connections are closed without an answer.</summary>
    public bool LoseAnswers { get; set; }

    /// <summary>Every request is answered 401.</summary>
    public bool Unauthorized { get; set; }

    /// <summary>Webhooks are dropped.</summary>
    public bool DropWebhooks { get; set; }

    /// <summary>The number of duplicates sent of each webhook.</summary>
    [Range(0, 1_000)]
    public int ExtraWebhooks { get; set; }

    /// <summary>A write is answered only after its webhooks were answered, or after 5 seconds.</summary>
    public bool WebhookBeforeAnswer { get; set; }

    /// <summary>The delay until a write appears in the changes feed.</summary>
    [UpToADay]
    public TimeSpan FeedLag { get; set; }

    /// <summary>The changes feed shows nothing newer than when this was set.</summary>
    public bool FreezeFeed { get; set; }

    /// <summary>
    /// The number of next writes whose sequences the changes feed skips at first, as can happen in a cluster; counts down. Rows after
    /// a gap have compound sequences, <c>L::N</c>.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int SkipSequences
    {
        get => skipSequences;
        set => skipSequences = value;
    }

    /// <summary>The time after which skipped sequences appear; the feed then repeats the rows after them.</summary>
    [UpToADay]
    public TimeSpan SkippedFor { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The number of sequences before <c>since</c> at which the changes feed starts, so that it repeats rows.</summary>
    [Range(0, int.MaxValue)]
    public int RedeliverRows { get; set; }

    /// <summary>A longpoll returns at most one row.</summary>
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

/// <summary>The kind of a request to an emulated Sync Gateway.</summary>
public enum RequestKind
{
    /// <summary>Any other request.</summary>
    Other,

    /// <summary>Reads documents.</summary>
    Read,

    /// <summary>Writes documents.</summary>
    Write,

    /// <summary>Reads the changes feed.</summary>
    Changes,

    /// <summary>Reads or writes a <c>_local</c> document.</summary>
    Local,
}
