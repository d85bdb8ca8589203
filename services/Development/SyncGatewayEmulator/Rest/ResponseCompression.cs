using System.Text.RegularExpressions;

namespace OfflineActions.Emulators.Rest;

/// <summary>Which responses are compressed with gzip: text, JSON and mixed parts, for clients that accept it.</summary>
internal static partial class ResponseCompression
{
    private static readonly Version FirstThatUnpacksParts = new(1, 2);

    /// <summary>Whether to compress a response whose status and content type are set.</summary>
    public static bool Applies(RequestContext context)
    {
        var (request, response) = (context.Request, context.Response);
        return Accepts(context)
            && context.Emulator.Server.CompressResponses
            && request.Method is not ("HEAD" or "PUT" or "DELETE")
            && response.StatusCode < 300
            && response.Headers.ContentEncoding.Count == 0
            && IsCompressible(response.ContentType ?? "")
            && (!request.Path.Value!.Contains("_bulk_get", StringComparison.Ordinal) || UnpacksParts(request.Headers.UserAgent.ToString()));
    }

    /// <summary>Whether <c>_bulk_get</c> is sent packed as a whole when the settings allow it.</summary>
    public static bool PacksWhole(RequestContext context) => Accepts(context) && UnpacksParts(context.Request.Headers.UserAgent.ToString());

    private static bool Accepts(RequestContext context) => context.Request.Headers.AcceptEncoding is { Count: > 0 } encodings
        && encodings.ToString().Contains("gzip", StringComparison.Ordinal);

    private static bool IsCompressible(string type) =>
        type.StartsWith("application/json", StringComparison.Ordinal)
        || type.StartsWith("text/", StringComparison.Ordinal)
        || type.StartsWith("multipart/mixed", StringComparison.Ordinal);

    /// <summary>Only Couchbase Lite says that it unpacks <c>_bulk_get</c>.</summary>
    private static bool UnpacksParts(string userAgent) => CouchbaseLite().Match(userAgent) is { Success: true } match
        && Version.TryParse(match.Groups["version"].ValueSpan.ToString(), out var version)
        && version >= FirstThatUnpacksParts;

    [GeneratedRegex(@"\ACouchbaseLite/(?<version>[0-9]{1,9}\.[0-9]{1,9}).*\z", RegexOptions.Singleline)]
    private static partial Regex CouchbaseLite();
}
