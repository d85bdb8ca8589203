using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OfflineActions.Emulators.Wire;

namespace OfflineActions.Emulators.Recording;

/// <summary>
/// Replaces passwords, sessions and tokens by names such as <c>masked-000001</c>, the same secret always by the same name. So a
/// recording in which users are made and log in can be replayed as it is. Documents are not searched: their revisions are digests of
/// what is in them.
/// </summary>
internal sealed partial class CredentialMask
{
    private static readonly string[] SecretMembers =
        ["password", "remote_password", "session_id", "id_token", "access_token", "refresh_token", "client_secret"];

    private readonly Dictionary<string, string> names = [];
    private readonly Lock gate = new();

    public HttpHeader Mask(HttpHeader header)
    {
        if (header.Is("Authorization") || header.Is("Proxy-Authorization"))
        {
            return header with { Value = MaskAuthorization(header.Value) };
        }

        return header.Is("Cookie") ? header with { Value = CookieValue().Replace(header.Value, match => MaskGroup(match)) }
            : header.Is("Set-Cookie") ? header with { Value = CookieValue().Replace(header.Value, match => MaskGroup(match), 1) }
            : header;
    }

    /// <summary>Masks the id of a session in a path, and tokens in a query.</summary>
    public string MaskTarget(string target) => SecretInTarget().Replace(target, match => MaskGroup(match));

    /// <summary>Masks a body about users, sessions or configurations.</summary>
    /// <param name="method">The method of the request.</param>
    /// <param name="target">The target of the request.</param>
    /// <param name="body">The body of the request or of the answer.</param>
    /// <returns>Null when it may hold secrets, but is not JSON.</returns>
    public byte[]? MaskBody(string method, string target, byte[] body) =>
        AboutCredentials().IsMatch($"{method} {target}") ? MaskJson(body) : body;

    private string MaskAuthorization(string value)
    {
        if (value.Split(' ', 2) is not [var scheme, { Length: > 0 } secret])
        {
            return value;
        }

        var decoded = new byte[secret.Length];
        if (scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(secret, decoded, out var length)
            && Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2) is [var user, var password])
        {
            return $"{scheme} {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{NameOf(password)}"))}";
        }

        return $"{scheme} {NameOf(secret)}";
    }

    private byte[]? MaskJson(byte[] body)
    {
        var masked = new MemoryStream();
        var copied = 0;
        var isSecret = false;
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String && MaskText(reader.GetString()!, isSecret) is { } replacement)
                {
                    masked.Write(body, copied, (int)reader.TokenStartIndex - copied);
                    masked.Write(JsonSerializer.SerializeToUtf8Bytes(replacement));
                    copied = (int)reader.BytesConsumed;
                }

                isSecret = reader.TokenType is JsonTokenType.PropertyName && SecretMembers.Contains(reader.GetString());
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }

        masked.Write(body, copied, body.Length - copied);
        return masked.ToArray();
    }

    /// <returns>Null when it can stay.</returns>
    private string? MaskText(string text, bool isSecret)
    {
        var masked = isSecret && text.Length > 0 ? NameOf(text) : PasswordInUrl().Replace(text, match => MaskGroup(match));
        return masked == text ? null : masked;
    }

    private string MaskGroup(Match match)
    {
        var secret = match.Groups["secret"];
        return secret.Length == 0 ? match.Value : match.Value[..(secret.Index - match.Index)] + NameOf(secret.Value)
            + match.Value[(secret.Index - match.Index + secret.Length)..];
    }

    private string NameOf(string secret)
    {
        if (secret.Length == 0)
        {
            return secret;
        }

        lock (gate)
        {
            if (!names.TryGetValue(secret, out var name))
            {
                name = names[secret] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"masked-{names.Count + 1:D6}");
            }

            return name;
        }
    }

    [GeneratedRegex("""(^|;\s*)[^=;]+="?(?<secret>[^;"]*)""")]
    private static partial Regex CookieValue();

    [GeneratedRegex(@"/_session/(?<secret>[^/?]+)|[?&](code|id_token|access_token|refresh_token|token)=(?<secret>[^&]*)")]
    private static partial Regex SecretInTarget();

    [GeneratedRegex("://[^/@:]*:(?<secret>[^/@]*)@")]
    private static partial Regex PasswordInUrl();

    /// <summary>Users, sessions, logins, replications and configurations; a database as a whole is its configuration.</summary>
    [GeneratedRegex(
        @"\A(\S+ /([^/?]+/)?_(user|role|session|config|dbconfig|facebook|google|oidc\w*|replicat\w*)([/?]|\z)|PUT /[^/?]+/?(\?|\z))")]
    private static partial Regex AboutCredentials();
}
