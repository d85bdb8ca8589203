using Microsoft.Net.Http.Headers;

namespace OfflineActions.Emulators.Rest;

/// <summary>The content types of requests and of their MIME parts.</summary>
internal static class ContentTypes
{
    private const string Json = "application/json";

    /// <summary>Why a body of this type is not read as JSON; null if it is. Without a type it is.</summary>
    public static string? ReasonAgainstJson(string? type) => string.IsNullOrEmpty(type) || type.StartsWith(Json, StringComparison.Ordinal)
        ? null
        : $"Invalid content type {type} - expected {Json}";

    /// <summary>The type without parameters, in lower case; empty when it cannot be read.</summary>
    public static string MediaTypeOf(string? type)
    {
        if (type == Json)
        {
            return Json;
        }

        var name = (type ?? "").Split(';')[0].Trim().ToLowerInvariant();
        return name.Split('/') is { Length: <= 2 } parts && parts.All(part => part.Length > 0 && IsToken(part)) ? name : "";
    }

    /// <summary>The boundary of a <c>multipart</c> type; null without one.</summary>
    public static string? BoundaryOf(string type) =>
        MediaTypeHeaderValue.TryParse(type, out var parsed)
        && HeaderUtilities.RemoveQuotes(parsed.Boundary).Value is { Length: > 0 } boundary
            ? boundary
            : null;

    // The characters of a token of HTTP.
    private static bool IsToken(string text) =>
        text.All(one => char.IsAsciiLetterOrDigit(one) || "!#$%&'*+-.^_`|~".Contains(one, StringComparison.Ordinal));
}
