using System.Diagnostics;

namespace OfflineActions.SyncGateway;

/// <summary>How opening an attachment ended.</summary>
public abstract record AttachmentOutcome
{
    private AttachmentOutcome()
    {
    }

    /// <summary>It is open.</summary>
    /// <param name="Content">
    /// Its content, to be read at once and to be disposed. Reading throws <see cref="SyncGatewayUnavailableException"/> when the rest does
    /// not arrive within SyncGateway:Timeout, and <see cref="AttachmentChangedException"/> at the end when it is not the content of
    /// <see cref="Attachment.Digest"/>.
    /// </param>
    public sealed record Opened(Stream Content) : AttachmentOutcome;

    /// <summary>The revision is gone, or has no such attachment: read the document again.</summary>
    public sealed record Missing : AttachmentOutcome;

    /// <summary>It cannot be opened now.</summary>
    /// <param name="Cause">Why.</param>
    public sealed record Unavailable(Unavailability Cause) : AttachmentOutcome;

    internal static AttachmentOutcome From(Reply reply, string keyspace) => reply switch
    {
        Reply.Unavailable { Cause: var cause } => new Unavailable(cause),

        // The next read of the document says whether the user may read it.
        Reply.Answer { Status: 403 } => new Missing(),
        Reply.Answer { Status: 404, ServerReason: { } reason } when IsAboutDocument(reason) => new Missing(),
        Reply.Answer { Status: 404 } answer => new Unavailable(new Unavailability(answer.NoKeyspace(keyspace))),
        Reply.Answer answer => new Unavailable(new Unavailability(
            $"Sync Gateway refuses the request for an attachment of keyspace {keyspace} ({answer.Status}, {answer.Reason})")),
        _ => throw new UnreachableException(),
    };

    private static bool IsAboutDocument(string reason) =>
        reason is "deleted" || reason.StartsWith("missing", StringComparison.Ordinal);
}

/// <summary>Sync Gateway broke off while an attachment was read, or could not open it.</summary>
public sealed class SyncGatewayUnavailableException(Unavailability cause) : IOException(cause?.Reason)
{
    /// <summary>Why.</summary>
    public Unavailability Cause { get; } = cause;
}

/// <summary>An attachment has another content than its document said, or is gone: the document has changed meanwhile.</summary>
public sealed class AttachmentChangedException(string name) : IOException($"The attachment {name} has changed or is gone.");
