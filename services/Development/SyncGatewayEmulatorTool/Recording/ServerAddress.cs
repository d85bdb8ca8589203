using System.Security.Cryptography.X509Certificates;

namespace OfflineActions.Emulators.Recording;

/// <summary>Where a port of a Sync Gateway is.</summary>
/// <param name="Url">Its address; with <c>https</c>, its certificate is checked.</param>
/// <param name="Authorities">The authorities that may have signed the certificate; null for those that the system trusts.</param>
internal sealed record ServerAddress(Uri Url, X509Certificate2Collection? Authorities = null)
{
    /// <summary>How to check the certificate; null for the way of the system.</summary>
    public X509ChainPolicy? Policy
    {
        get
        {
            if (Authorities is null)
            {
                return null;
            }

            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(Authorities);
            return policy;
        }
    }
}
