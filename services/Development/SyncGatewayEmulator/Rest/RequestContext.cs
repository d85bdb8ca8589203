using System.IO.Compression;
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

    public Database Database
    {
        get => database ?? throw new InvalidOperationException("This route has no database.");
        set => database = value;
    }

    /// <summary>The collection of the keyspace.</summary>
    /// <exception cref="HttpError">404: the collection does not exist.</exception>
    public DocumentStore Documents => documents ??= Database.Find(Keyspace) ?? throw new HttpError(404, $"keyspace {Keyspace} not found");

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

    public async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync()
    {
        var encoding = Request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            throw new HttpError(415, $"Unsupported Content-Encoding; use gzip");
        }

        if (encoding != "gzip" && Request.ContentLength is { } length and <= MaxPreallocated)
        {
            var whole = new byte[length];
            await Request.Body.ReadExactlyAsync(whole, Cancelled);
            return whole;
        }

        using var bytes = new MemoryStream();
        try
        {
            await using var gzip = encoding == "gzip" ? new GZipStream(Request.Body, CompressionMode.Decompress) : null;
            await (gzip ?? Request.Body).CopyToAsync(bytes, Cancelled);
        }
        catch (InvalidDataException)
        {
            throw new HttpError(400, "Bad JSON: gzip: invalid header");
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReadJsonAsync()
    {
        var given = Request.ContentType.AsSpan();
        var type = (given.IndexOf(';') is >= 0 and var end ? given[..end] : given).Trim();
        return type.Length == 0 || type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            ? await ReadBodyAsync()
            : throw new HttpError(415, $"Invalid content type {type}");
    }

    /// <summary>Reads the body as a JSON object; <c>null</c> is an empty one.</summary>
    /// <param name="type">What Sync Gateway reads it into; null for any object.</param>
    /// <exception cref="HttpError">400: not JSON, or not of the type. 415: the content type is not JSON.</exception>
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
    public async ValueTask<ReadOnlyMemory<byte>> ReadDocumentAsync() =>
        MultipartReading.BoundaryOf(Request.ContentType) is { } boundary
            ? await MultipartReading.ReadAsync(await ReadBodyAsync(), boundary, Cancelled)
            : await ReadJsonAsync();

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

    public async Task ReplyAsync(int status, ReadOnlyMemory<byte> json)
    {
        if (!Accepts("application/json"))
        {
            throw new HttpError(406, "only application/json available");
        }

        if (Request.Method == "HEAD")
        {
            Response.StatusCode = status;
            return;
        }

        await SendAsync(status, json);
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

    public void Abort() => http.Features.Get<IHttpRequestLifetimeFeature>()!.Abort();

    private async Task SendAsync(int status, ReadOnlyMemory<byte> json)
    {
        Response.StatusCode = status;
        Response.ContentType = "application/json";
        if (json.Length >= MinCompressedLength && ResponseCompression.Applies(this))
        {
            await StreamAsync(json);
            return;
        }

        Response.ContentLength = json.Length;
        await Response.Body.WriteAsync(json, Cancelled);
    }
}
