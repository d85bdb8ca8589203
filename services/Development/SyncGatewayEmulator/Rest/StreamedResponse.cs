using System.IO.Compression;

namespace OfflineActions.Emulators.Rest;

/// <summary>
/// A response whose length is not known when it begins. As from a server written in Go, it has a <c>Content-Length</c> when it ends
/// after at most 2,048 bytes without a flush, and comes in chunks otherwise. It is compressed when the client accepts that.
/// </summary>
/// <param name="context">The request. Status and headers must be set; without a content type the first bytes are examined.</param>
internal sealed class StreamedResponse(RequestContext context) : IDisposable
{
    private const int HeldLength = 2048;

    private readonly MemoryStream held = new();
    private GZipStream? zip;
    private bool begun;
    private bool sent;

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Begin(bytes.Span);
        ((Stream?)zip ?? held).Write(bytes.Span);
        if (held.Length > HeldLength)
        {
            await SendAsync(cancellationToken);
        }
    }

    /// <summary>Sends everything that was written.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        zip?.Flush();
        await SendAsync(cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>Ends the response.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        zip?.Dispose();
        zip = null;
        if (!sent && held.Length > 0)
        {
            context.Response.ContentLength = held.Length;
        }

        await SendAsync(cancellationToken);
    }

    public void Dispose()
    {
        zip?.Dispose();
        held.Dispose();
    }

    private void Begin(ReadOnlySpan<byte> first)
    {
        if (begun)
        {
            return;
        }

        begun = true;
        context.Response.ContentType ??= ContentTypeDetection.Detect(first);
        if (ResponseCompression.Applies(context))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            zip = new(held, CompressionLevel.Fastest, leaveOpen: true);
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        sent = true;
        if (context.Request.Method != "HEAD" && held.Length > 0)
        {
            await context.Response.Body.WriteAsync(held.GetBuffer().AsMemory(0, (int)held.Length), cancellationToken);
        }

        held.SetLength(0);
    }
}
