namespace OfflineActions.Emulators;

/// <summary>A request that is answered with an error.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="reason">What the answer's <c>reason</c> says.</param>
internal sealed class HttpError(int status, string reason) : Exception(reason)
{
    public int Status { get; } = status;

    /// <summary>The <c>error</c> of a whole answer.</summary>
    public string Error => Status switch
    {
        404 => "not_found",
        409 => "conflict",

        // Go's words, where .NET has newer ones.
        413 => "Request Entity Too Large",
        416 => "Requested Range Not Satisfiable",
        _ => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(Status),
    };

    /// <summary>The <c>error</c> of one row among others.</summary>
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
