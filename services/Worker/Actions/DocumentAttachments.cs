using System.Text.Json.Nodes;
using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Actions;

/// <summary>The attachments of the revision that a handler works on.</summary>
/// <param name="all">What the document says about them.</param>
/// <param name="open">Opens one of them.</param>
public sealed class DocumentAttachments(
    IReadOnlyList<Attachment> all, Func<Attachment, CancellationToken, Task<AttachmentOutcome>> open)
{
    /// <summary>No attachments.</summary>
    public static DocumentAttachments None { get; } =
        new([], (_, _) => throw new InvalidOperationException("There is no attachment to open."));

    /// <summary>What the document says about them.</summary>
    public IReadOnlyList<Attachment> All => all;

    /// <summary>The attachments among the inputs of a handler.</summary>
    internal static DocumentAttachments Select(SyncGatewayClient client, string keyspace, Document document, JsonObject inputs) => new(
        Attachment.ReadAll(inputs[Attachment.Input]),
        (attachment, token) => client.OpenAttachmentAsync(keyspace, document.Id, document.Revision, attachment, token));

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
        return await open(attachment, cancellationToken) switch
        {
            AttachmentOutcome.Opened { Content: var content } => content,
            AttachmentOutcome.Unavailable { Cause: var cause } => throw new SyncGatewayUnavailableException(cause),
            _ => throw new AttachmentChangedException(),
        };
    }
}
