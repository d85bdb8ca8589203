namespace OfflineActions.Emulators;

/// <summary>An HTTP error that answers a request.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="reason">The <c>reason</c> in the answer.</param>
internal sealed class HttpError(int status, string reason) : Exception(reason)
{
    public int Status { get; } = status;

    /// <summary>A body that a decoder refused.</summary>
    /// <param name="reason">Go's words.</param>
    public static HttpError BadJson(string reason) => new(400, reason.StartsWith("json: unknown field", StringComparison.Ordinal)
        ? $"JSON Unknown Field: {reason}: unrecognized JSON field"
        : $"Bad JSON: {reason}");

    /// <summary>A body that was read as a whole and refused.</summary>
    /// <param name="reason">Go's words.</param>
    public static HttpError InvalidJson(string reason) => new(400, $"Invalid JSON: \"{reason}\"");

    /// <summary>The <c>error</c> when it is the whole answer.</summary>
    public string Error => Status switch
    {
        404 => "not_found",
        409 => "conflict",

        // Go's reason phrases, where .NET's differ.
        413 => "Request Entity Too Large",
        416 => "Requested Range Not Satisfiable",
        _ => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(Status) is { Length: > 0 } phrase ? phrase : RowError,
    };

    /// <summary>The <c>error</c> when it is one row of an answer.</summary>
    public string RowError => Status switch
    {
        400 => "bad_request",
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not_found",
        409 => "conflict",
        412 => "file_exists",
        415 => "bad_content_type",
        _ => Status.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
