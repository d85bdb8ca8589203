using System.Globalization;
using System.Text;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>The options of a changes request, from the query and from the body of a POST. The query takes precedence.</summary>
internal sealed class ChangesRequest
{
    private const int LongestWait = 900_000;
    private const int ShortestHeartbeat = 25_000;
    private const string OnlyNormal = "Filter '_doc_ids' is only valid for feed=normal replications";

    private readonly RequestContext context;
    private readonly CanonicalObject? sent;
    private readonly bool hasQuery;

    private ChangesRequest(RequestContext context, CanonicalObject? sent, bool hasQuery = true)
    {
        this.context = context;
        this.sent = sent;
        this.hasQuery = hasQuery;
        Since = ParseSequence(Text("since") ?? "0", isJson: !hasQuery || context.Query("since") is null);
        Feed = Text("feed") is { Length: > 0 } feed ? feed : "normal";
        Limit = Number("limit") is > 0 and var limit ? limit : int.MaxValue;
        ActiveOnly = Flag("active_only");
        IncludeDocuments = Flag("include_docs");
        AllLeaves = Text("style") == "all_docs";
        Heartbeat = Number("heartbeat") is > 0 and var heartbeat ? Beat(heartbeat) : null;
        Timeout = Heartbeat is not null ? System.Threading.Timeout.InfiniteTimeSpan : Number("timeout") switch
        {
            null or < 0 => TimeSpan.FromMinutes(5),
            0 => System.Threading.Timeout.InfiniteTimeSpan,
            var timeout => TimeSpan.FromMilliseconds(Math.Min(timeout.Value, LongestWait)),
        };
        (Ids, Channels) = Filter();
    }

    public FeedPosition Since { get; }

    public string Feed { get; }

    public int Limit { get; private init; }

    public bool ActiveOnly { get; }

    public bool IncludeDocuments { get; }

    public bool AllLeaves { get; }

    public TimeSpan? Heartbeat { get; }

    public TimeSpan Timeout { get; }

    /// <summary>The ids to list; null for all documents.</summary>
    public IReadOnlySet<string>? Ids { get; }

    /// <summary>The channels to list; null for all.</summary>
    public IReadOnlySet<string>? Channels { get; }

    public ChangesRequest WithLimit(int limit) => new(context, sent, hasQuery) { Limit = Math.Min(Limit, limit) };

    /// <exception cref="HttpError">400: an option is invalid.</exception>
    public static async Task<ChangesRequest> ReadAsync(RequestContext context)
    {
        var request = new ChangesRequest(context, context.Request.Method == "GET" ? null : await context.ReadWholeObjectAsync(GoTypes.Changes));
        return request.Feed switch
        {
            "normal" or "longpoll" or "continuous" or "websocket" => request,
            _ => throw new HttpError(400, "Unknown feed type"),
        };
    }

    /// <summary>Reads the options from the first message of a websocket.</summary>
    /// <exception cref="HttpError">400: an option is invalid.</exception>
    public static ChangesRequest Read(RequestContext context, ReadOnlyMemory<byte> message) =>
        new(context, message.Length == 0 ? null : DocumentBody.ParseObject(message), hasQuery: false);

    private TimeSpan Beat(int milliseconds)
    {
        var beat = TimeSpan.FromMilliseconds(Math.Max(milliseconds, ShortestHeartbeat));
        return context.Emulator.Server.LongestHeartbeat is { } longest && longest > TimeSpan.Zero && beat > longest ? longest : beat;
    }

    private (IReadOnlySet<string>? Ids, IReadOnlySet<string>? Channels) Filter()
    {
        switch (Text("filter"))
        {
            case null or "" when !hasQuery && NamedChannels() is { } named:
                return (null, named);
            case null or "":
                return (null, null);
            case "_doc_ids":
                return (Feed == "normal" ? DocumentIds() : throw new HttpError(400, OnlyNormal), null);
            case "sync_gateway/bychannel":
                return (null, NamedChannels() ?? throw new HttpError(400, "Missing 'channels' filter parameter"));
            default:
                throw new HttpError(400, "Unknown filter; try sync_gateway/bychannel or _doc_ids");
        }
    }

    private HashSet<string> DocumentIds()
    {
        if ((!hasQuery || context.Query("doc_ids") is null) && sent?.Value("doc_ids"u8) is { Span: [(byte)'[', ..] } array)
        {
            return DocumentBody.ReadStrings(array) is { Count: > 0 } ids ? [.. ids] : throw new HttpError(400, "Empty doc_ids list");
        }

        // A list in JSON, or else separated by commas.
        return Text("doc_ids") is { Length: > 0 } text
            && (DocumentBody.ReadStrings(Encoding.UTF8.GetBytes(text)) ?? text.Split(',')) is { Count: > 0 } given
                ? [.. given]
                : throw new HttpError(400, "Missing 'doc_ids' filter parameter");
    }

    private HashSet<string>? NamedChannels() => Text("channels") is not { Length: > 0 } text ? null
        : text.Split(',') is var names && !names.Contains("") ? [.. names]
        : throw new HttpError(400, "Illegal channel name \"\"");

    private bool Flag(string name) => Text(name) == "true";

    private int? Number(string name) =>
        int.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private string? Text(string name)
    {
        if (hasQuery && context.Query(name) is { } query)
        {
            return query;
        }

        return sent?.Value(Encoding.UTF8.GetBytes(name)) is { } json && !json.Span.SequenceEqual("null"u8)
            ? CanonicalObject.TextOf(json) ?? Encoding.UTF8.GetString(json.Span)
            : null;
    }

    private static FeedPosition ParseSequence(string text, bool isJson)
    {
        var plain = text is ['"', .., '"'] ? text[1..^1] : text;
        return plain.Length == 0 ? default
            : FeedPosition.TryParse(plain, out var position) ? position
            : throw new HttpError(400, isJson ? "Invalid JSON: \"400 Invalid sequence\"" : "Invalid sequence");
    }
}
