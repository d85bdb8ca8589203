using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Actions;

/// <summary>The attachments of the revision that a handler works on.</summary>
/// <param name="all">What the document says about them.</param>
/// <param name="open">Opens one of them.</param>
public sealed class DocumentAttachments(
    IReadOnlyList<Attachment> all, Func<Attachment, CancellationToken, Task<AttachmentOutcome>> open)
{
    /// <summary>No attachments.</summary>
    public static DocumentAttachments None { get; } = new([], OpenNone);

    /// <summary>What the document says about them.</summary>
    /// <exception cref="InvalidOperationException">The handler does not name <see cref="Attachment.Input"/> among its inputs.</exception>
    public IReadOnlyList<Attachment> All => Fault is null ? all : throw new InvalidOperationException(Fault);

    /// <summary>Why they may not be used; null when they may.</summary>
    private string? Fault { get; init; }

    /// <summary>The attachments of a document that a handler may use: none unless its inputs name them.</summary>
    internal static DocumentAttachments Select(SyncGatewayClient client, string keyspace, Document document, IActionHandler handler) =>
        For(
            handler,
            Attachment.ReadAll(document.Body.Contains(Attachment.Input) ? document.Body[Attachment.Input] : null),
            (attachment, token) => client.OpenAttachmentAsync(keyspace, document.Id, document.Revision, attachment, token));

    /// <summary>Attachments that a handler may use if its inputs name them.</summary>
    internal static DocumentAttachments For(
        IActionHandler handler, IReadOnlyList<Attachment> all, Func<Attachment, CancellationToken, Task<AttachmentOutcome>> open) =>
        handler.Inputs.Contains(Attachment.Input)
            ? new(all, open)
            : new([], OpenNone)
            {
                Fault = $"{handler.GetType().Name} uses attachments that it does not ask for: add Attachment.Input "
                    + $"(\"{Attachment.Input}\") to its Inputs.",
            };

    /// <summary>
    /// Opens an attachment. Read it to its end, at once, and set a limit of your own to its length. A handler need not catch the exceptions
    /// of Sync Gateway, from here or from the stream: the worker then tries the request again, and no attempt is counted.
    /// </summary>
    /// <param name="attachment">One of <see cref="All"/>.</param>
    /// <param name="cancellationToken">Stops opening it.</param>
    /// <returns>Its content, to be disposed. It cannot be searched, and is read with ReadAsync.</returns>
    /// <exception cref="AttachmentChangedException">The document has changed.</exception>
    /// <exception cref="SyncGatewayUnavailableException">Sync Gateway cannot send it now.</exception>
    public async Task<Stream> OpenAsync(Attachment attachment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        _ = All;
        return await open(attachment, cancellationToken) switch
        {
            AttachmentOutcome.Opened { Content: var content } => content,
            AttachmentOutcome.Unavailable { Cause: var cause } => throw new SyncGatewayUnavailableException(cause),
            _ => throw new AttachmentChangedException(),
        };
    }

    private static Task<AttachmentOutcome> OpenNone(Attachment attachment, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("There is no attachment to open.");
}
