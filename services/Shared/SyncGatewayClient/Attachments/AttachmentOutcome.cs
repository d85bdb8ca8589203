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

    /// <summary>
    /// The revision is gone or has no such attachment, Sync Gateway refuses to send it, or no URL can hold its name: read the document again.
    /// </summary>
    public sealed record Missing : AttachmentOutcome;

    /// <summary>It cannot be opened now.</summary>
    /// <param name="Cause">Why.</param>
    public sealed record Unavailable(Unavailability Cause) : AttachmentOutcome;

    // Any app user chooses the name of an attachment, so that a refusal may be its fault. Whether the keyspace is there and may be read,
    // the next read of the document says.
    internal static AttachmentOutcome From(Reply reply) => reply switch
    {
        Reply.Unavailable { Cause: var cause } => new Unavailable(cause),
        Reply.Answer => new Missing(),
        _ => throw new UnreachableException(),
    };
}

/// <summary>Sync Gateway broke off while an attachment was read, or could not open it.</summary>
public sealed class SyncGatewayUnavailableException(Unavailability cause) : IOException(cause?.Reason)
{
    /// <summary>Why.</summary>
    public Unavailability Cause { get; } = cause;
}

/// <summary>An attachment has another content than its document said, or is gone: the document has changed meanwhile.</summary>
public sealed class AttachmentChangedException() : IOException("An attachment has another content than the document says, or is gone.");
