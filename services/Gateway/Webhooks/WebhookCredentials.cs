using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace OfflineActions.Gateway.Webhooks;

/// <summary>Checks the credentials of a webhook.</summary>
internal sealed class WebhookCredentials(IOptions<GatewayOptions> options)
{
    private readonly byte[] expected = SHA256.HashData(Encoding.UTF8.GetBytes(
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Value.WebhookUser}:{options.Value.WebhookPassword}"))));

    /// <summary>Whether an <c>Authorization</c> header is the configured one. Compared in constant time.</summary>
    public bool AreValid(string? authorization) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization ?? "")), expected);
}
