using System.ComponentModel.DataAnnotations;

namespace OfflineActions.SyncGateway;

/// <summary>The <c>SyncGateway</c> section of the configuration.</summary>
public sealed class SyncGatewayOptions : IValidatableObject
{
    public const string Section = "SyncGateway";

    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    /// <summary>The address of Sync Gateway's REST API, without a database.</summary>
    public Uri? Url { get; init; } = new("http://127.0.0.1:4984");

    /// <summary>The user to sign in as; empty for the guest.</summary>
    public string User { get; init; } = "";

    /// <summary>That user's password.</summary>
    public string Password { get; init; } = "";

    /// <summary>How long one read or write may take, from connecting to the last byte of the answer, including a read's retries.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest answer that is read, in bytes. A document may have 20 MiB, and Sync Gateway escapes some characters.</summary>
    public int MaxResponseBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Every error, with its key and what to write instead. Values that may contain a password are not shown.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsPlain(Url))
        {
            yield return Error(nameof(Url), "must be an absolute http or https address without a database, like http://127.0.0.1:4984");
        }

        if (Url is { IsAbsoluteUri: true, UserInfo.Length: > 0 })
        {
            yield return Error(nameof(Url), $"must not contain a user: set {Section}:{nameof(User)} and {Section}:{nameof(Password)}");
        }

        if (User is { Length: > 0 } && Password is not { Length: > 0 })
        {
            yield return Error(nameof(Password), $"is missing: set {Section}:{nameof(User)} and {Section}:{nameof(Password)}, or neither");
        }

        if (User is not { Length: > 0 } && Password is { Length: > 0 })
        {
            yield return Error(nameof(User), $"is missing: set {Section}:{nameof(User)} and {Section}:{nameof(Password)}, or neither");
        }

        if (User?.Contains(':', StringComparison.Ordinal) is true)
        {
            yield return Error(nameof(User), "must not contain a colon: Sync Gateway does not allow it");
        }

        if (Timeout <= TimeSpan.Zero || Timeout > MaxTimeout)
        {
            yield return Error(nameof(Timeout), "must be above zero and at most 01:00:00, like 00:00:10");
        }

        if (MaxResponseBytes <= 0)
        {
            yield return Error(nameof(MaxResponseBytes), "must be above zero, like 33554432");
        }
    }

    private static bool IsPlain(Uri? url) =>
        url is { IsAbsoluteUri: true, Host.Length: > 0, AbsolutePath: "/", Query: "", Fragment: "" }
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    private static ValidationResult Error(string key, string fix) => new($"{Section}:{key} {fix}", [key]);
}
