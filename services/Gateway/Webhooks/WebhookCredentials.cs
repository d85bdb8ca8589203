using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace OfflineActions.Gateway.Webhooks;

/// <summary>Tells Sync Gateway from everybody else.</summary>
internal sealed class WebhookCredentials(IOptions<GatewayOptions> options)
{
    private readonly byte[] expected = SHA256.HashData(Encoding.UTF8.GetBytes(
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Value.WebhookUser}:{options.Value.WebhookPassword}"))));

    /// <summary>Whether <paramref name="authorization"/> is right; how long that takes does not depend on how much of it is.</summary>
    public bool Admit(string? authorization) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization ?? "")), expected);
}
