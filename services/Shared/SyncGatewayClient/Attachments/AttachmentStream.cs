using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace OfflineActions.SyncGateway;

/// <summary>The content of an attachment while it arrives. It ends only if it is the content that the document describes.</summary>
internal sealed class AttachmentStream : Stream
{
    private const string DigestKind = "sha1-";

    private readonly Attachment attachment;
    private readonly HttpResponseMessage response;
    private readonly Stream content;
    private readonly CancellationTokenSource timeout;
    private readonly TimeSpan timeLimit;
    private readonly IncrementalHash? hash;
    private bool hasEnded;

    /// <param name="attachment">What the document says about it.</param>
    /// <param name="response">The answer with it. The stream disposes it.</param>
    /// <param name="content">The answer's content.</param>
    /// <param name="timeout">Fires when all of it should have arrived. The stream disposes it.</param>
    /// <param name="timeLimit">After how long that is.</param>
    [SuppressMessage("Security", "CA5350", Justification = "The digest is Sync Gateway's, and finds changes; it protects nothing.")]
    public AttachmentStream(
        Attachment attachment, HttpResponseMessage response, Stream content, CancellationTokenSource timeout, TimeSpan timeLimit)
    {
        (this.attachment, this.response, this.content, this.timeout) = (attachment, response, content, timeout);
        this.timeLimit = timeLimit;
        var hasDigest = attachment.Digest.StartsWith(DigestKind, StringComparison.Ordinal) && !attachment.IsEncoded;
        hash = hasDigest ? IncrementalHash.CreateHash(HashAlgorithmName.SHA1) : null;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReadInTimeAsync(buffer, cancellationToken);
        if (read > 0)
        {
            hash?.AppendData(buffer.Span[..read]);
        }
        else if (buffer.Length > 0 && !hasEnded)
        {
            hasEnded = true;
            CheckDigest();
        }

        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("An attachment arrives over the network: use ReadAsync.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
            response.Dispose();
            timeout.Dispose();
            hash?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<int> ReadInTimeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await content.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SyncGatewayUnavailableException(new Unavailability(
                $"Sync Gateway did not send an attachment within {timeLimit.TotalSeconds:0.###} s (SyncGateway:Timeout)"));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or InvalidDataException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SyncGatewayUnavailableException(new Unavailability(
                LogText.From($"Sync Gateway broke off while it sent an attachment: {error.GetBaseException().Message}")));
        }
    }

    private void CheckDigest()
    {
        if (hash is not null && DigestKind + Convert.ToBase64String(hash.GetHashAndReset()) != attachment.Digest)
        {
            throw new AttachmentChangedException();
        }
    }
}
