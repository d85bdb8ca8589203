using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>A request, the user and database it refers to, and its response.</summary>
internal sealed class RequestContext(HttpContext http, SyncGatewayEmulator emulator, bool admin)
{
    private const int MinCompressedLength = 1000;
    private const int MaxPreallocated = 1 << 20;

    private Database? database;
    private DocumentStore? documents;

    public HttpRequest Request => http.Request;

    public HttpResponse Response => http.Response;

    public IFeatureCollection Features => http.Features;

    public SyncGatewayEmulator Emulator { get; } = emulator;

    /// <summary>Whether the request was sent to the admin port.</summary>
    public bool Admin { get; } = admin;

    /// <summary>Cancelled when the client disconnects or the emulator restarts.</summary>
    public CancellationToken Cancelled => http.RequestAborted;

    /// <summary>The name after the database in the path, for example a document id.</summary>
    public string Name { get; init; } = "";

    /// <summary>The name after <see cref="Name"/> in the path, for example of an attachment.</summary>
    public string SubName { get; init; } = "";

    /// <summary>The keyspace in the path: database and collection.</summary>
    public string Keyspace { get; init; } = "";

    /// <summary>The user with its channels and roles; null for an administrator.</summary>
    public UserAccess? Access { get; set; }

    /// <summary>Whether the request is about a database that its user may use.</summary>
    public bool HasDatabase => database is not null;

    public Database Database
    {
        get => database ?? throw new InvalidOperationException("This route has no database.");
        set => database = value;
    }

    /// <summary>The collection of the keyspace.</summary>
    /// <exception cref="HttpError">404: the collection does not exist.</exception>
    public DocumentStore Documents => documents ??= Database.Find(Keyspace) ?? throw Rest.Keyspace.NotFound(Keyspace);

    /// <summary>A value of the query; null when it is empty or missing.</summary>
    public string? Query(string name) =>
        Request.QueryString.HasValue && QueryText.Find(Request.QueryString.Value!, name) is { Length: > 0 } value ? value : null;

    /// <summary>A value of the query that is a JSON array of strings; null when it is missing or <c>null</c>.</summary>
    /// <exception cref="HttpError">400 with <paramref name="otherwise"/>: not an array of strings.</exception>
    public IReadOnlyList<string>? QueryTexts(string name, string otherwise)
    {
        try
        {
            // In Go, null is an empty text.
            return Query(name) is { } json ? JsonSerializer.Deserialize<string?[]>(json)?.Select(text => text ?? "").ToList() : null;
        }
        catch (JsonException)
        {
            throw new HttpError(400, otherwise);
        }
    }

    public bool Flag(string name) => Query(name) == "true";

    public bool Accepts(string type) => Request.Headers.Accept.ToString() is var accept
        && (accept.Length == 0 || accept.Contains(type, StringComparison.Ordinal) || accept.Contains("*/*", StringComparison.Ordinal));

    /// <summary>Reads the body, unpacked, for a reader that stops where it ends.</summary>
    public ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync()
    {
        if (IsPacked || Request.ContentLength is not ({ } length and <= MaxPreallocated))
        {
            return ReadStreamAsync();
        }

        var whole = new byte[length];
        return TryReadArrived(whole) ? new(whole) : ReadBodyAsync(whole);
    }

    /// <summary>As <see cref="ReadBodyAsync()"/>, for a reader that needs all of it.</summary>
    /// <exception cref="HttpError">500: the body is packed, and damaged or cut off.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadWholeBodyAsync()
    {
        if (!IsPacked)
        {
            return await ReadBodyAsync();
        }

        var (bytes, isWhole) = await RequestEncoding.UnpackAsync(Request.Body, Cancelled);
        return isWhole ? bytes : throw new HttpError(500, "Internal error: unexpected EOF");
    }

    /// <exception cref="HttpError">400: the content type is not JSON.</exception>
    public ValueTask<ReadOnlyMemory<byte>> ReadJsonAsync() =>
        ContentTypes.ReasonAgainstJson(Request.ContentType) is { } reason ? throw HttpError.BadJson($"415 {reason}") : ReadBodyAsync();

    /// <summary>Reads the body as a JSON object; <c>null</c> is an empty one.</summary>
    /// <param name="type">What Sync Gateway reads it into; null for any object.</param>
    /// <exception cref="HttpError">400: not JSON, or not of the type, or the content type is not JSON.</exception>
    public async Task<CanonicalObject> ReadObjectAsync(GoType? type = null)
    {
        var json = await ReadJsonAsync();
        return type is not null && GoJson.Decode(json.Span, type) is { } reason
            ? throw HttpError.BadJson(reason)
            : DocumentBody.ParseObject(json) ?? CanonicalObject.Empty;
    }

    /// <summary>As <see cref="ReadObjectAsync"/>, for bodies that Sync Gateway reads as a whole, whatever their content type.</summary>
    /// <exception cref="HttpError">400: not JSON, or not of the type.</exception>
    public async Task<CanonicalObject> ReadWholeObjectAsync(GoType type)
    {
        var json = await ReadBodyAsync();
        return GoJson.Unmarshal(json.Span, type) is { } reason
            ? throw HttpError.InvalidJson(reason)
            : DocumentBody.ParseObject(json) ?? CanonicalObject.Empty;
    }

    /// <summary>Reads the body as a document: JSON, or MIME parts with the JSON and its attachments.</summary>
    /// <exception cref="HttpError">400: the parts do not match the document. 415: another content type.</exception>
    public ValueTask<ReadOnlyMemory<byte>> ReadDocumentAsync() => ContentTypes.MediaTypeOf(Request.ContentType) switch
    {
        "" or "application/json" => ReadJsonAsync(),
        "multipart/related" => ReadPartsAsync(),
        var other => throw new HttpError(415, $"Invalid content type {other}"),
    };

    /// <summary>Sends a response that is not JSON, with its length. Without a content type its first bytes are examined.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (ResponseCompression.Applies(this))
        {
            await StreamAsync(bytes);
            return;
        }

        if (Response.ContentType is null && Response.Headers.ContentEncoding.Count == 0 && bytes.Length > 0)
        {
            Response.ContentType = ContentTypeDetection.Detect(bytes.Span);
        }

        Response.ContentLength = bytes.Length;
        if (Request.Method != "HEAD")
        {
            await Response.Body.WriteAsync(bytes, Cancelled);
        }
    }

    /// <summary>Sends a response that Sync Gateway writes in parts, whatever the client accepts.</summary>
    public async Task StreamAsync(ReadOnlyMemory<byte> bytes)
    {
        using var response = new StreamedResponse(this);
        await response.WriteAsync(bytes, Cancelled);
        await response.CompleteAsync(Cancelled);
    }

    public Task ReplyAsync(int status, string json) => ReplyAsync(status, System.Text.Encoding.UTF8.GetBytes(json));

    public Task ReplyAsync(int status, ReadOnlyMemory<byte> json)
    {
        if (!Accepts("application/json"))
        {
            throw new HttpError(406, "only application/json available");
        }

        if (Request.Method == "HEAD")
        {
            Response.StatusCode = status;
            return Task.CompletedTask;
        }

        return SendAsync(status, json);
    }

    public Task FailAsync(int status, string error, string reason) => SendAsync(status, new Utf8Buffer()
        .Append("{\"error\":"u8).Text(error).Append(",\"reason\":"u8).Text(reason).Append((byte)'}').Memory);

    /// <summary>Discards the response; the caller closes the connection when the request is done.</summary>
    public void DiscardResponse()
    {
        IsResponseDiscarded = true;
        Response.Body = Stream.Null;
    }

    public bool IsResponseDiscarded { get; private set; }

    // Another encoding was refused before.
    private bool IsPacked => Request.Headers.ContentEncoding is ["gzip", ..];

    public void Abort() => http.Features.Get<IHttpRequestLifetimeFeature>()!.Abort();

    /// <summary>Copies the body if all of it has arrived, which takes a fraction of the time of a read that may have to wait.</summary>
    private bool TryReadArrived(Span<byte> whole)
    {
        if (whole.Length == 0)
        {
            return true;
        }

        if (!Request.BodyReader.TryRead(out var read))
        {
            return false;
        }

        if (read.Buffer.Length < whole.Length)
        {
            Request.BodyReader.AdvanceTo(read.Buffer.Start);
            return false;
        }

        read.Buffer.CopyTo(whole);
        Request.BodyReader.AdvanceTo(read.Buffer.End);
        return true;
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(byte[] whole)
    {
        await Request.Body.ReadExactlyAsync(whole, Cancelled);
        return whole;
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadStreamAsync()
    {
        if (IsPacked)
        {
            return (await RequestEncoding.UnpackAsync(Request.Body, Cancelled)).Bytes;
        }

        using var bytes = new MemoryStream();
        await Request.Body.CopyToAsync(bytes, Cancelled);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadPartsAsync() =>
        await MultipartReading.ReadAsync(await ReadBodyAsync(), Request.ContentType!, Cancelled);

    private Task SendAsync(int status, ReadOnlyMemory<byte> json)
    {
        Response.StatusCode = status;
        Response.ContentType = "application/json";
        if (json.Length >= MinCompressedLength && ResponseCompression.Applies(this))
        {
            return StreamAsync(json);
        }

        Response.ContentLength = json.Length;
        return Response.Body.WriteAsync(json, Cancelled).AsTask();
    }
}
