namespace SyncGateway;

/// <summary>The <c>SyncGateway</c> section of the configuration.</summary>
public sealed class SyncGatewayOptions
{
    public const string Section = "SyncGateway";

    /// <summary>Where Sync Gateway's REST API is, without a database.</summary>
    public Uri? Url { get; init; } = new("http://127.0.0.1:4984");

    /// <summary>The user to sign in as; empty to come as a guest.</summary>
    public string User { get; init; } = "";

    /// <summary>That user's password.</summary>
    public string Password { get; init; } = "";

    /// <summary>How long one read or write may take, from connecting to the last byte of the answer, a read's retries included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest answer that is read into memory, in bytes. A document may have 20 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 32 * 1024 * 1024;
}
