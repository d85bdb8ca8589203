namespace OfflineActions.Emulators.Configuration;

/// <summary>Which pages of other origins a browser lets use the public port.</summary>
internal sealed record CorsConfiguration(
    IReadOnlyList<string> Origins, IReadOnlyList<string> LoginOrigins, IReadOnlyList<string> Headers, int MaxAge)
{
    /// <summary>What an origin is answered; empty when it is not among them.</summary>
    public static string Match(IReadOnlyList<string> allowed, string origin) =>
        allowed.Contains(origin) ? origin : allowed.Contains("*") ? "*" : "";
}
