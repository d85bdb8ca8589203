using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OfflineActions.Messaging.Tls;

/// <summary>Checks the certificate of the broker, and says what is wrong with it.</summary>
internal static class BrokerCertificateCheck
{
    private const X509ChainStatusFlags Unknown =
        X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;

    private const string ForServers = "1.3.6.1.5.5.7.3.1";

    /// <summary>Why a certificate is refused; null when it is right.</summary>
    /// <param name="host">The host in the address.</param>
    /// <param name="certificate">The certificate that the broker has shown.</param>
    /// <param name="chain">What the framework has made of it.</param>
    /// <param name="errors">What the framework has found.</param>
    /// <param name="authorities">The authorities that are trusted; null for those of this machine.</param>
    public static string? FindError(
        string host, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection? authorities)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "The broker shows no certificate.";
        }

        using var shown = new X509Certificate2(certificate);
        if (FindChainError(shown, chain, authorities) is { } error)
        {
            return error;
        }

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"The broker's certificate is for {NamesOf(shown)}, but the address names {host}. Use a name of the certificate in "
                + "the address, or a certificate with the name of the address."
            : null;
    }

    private static string? FindChainError(X509Certificate2 shown, X509Chain? given, X509Certificate2Collection? authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ForServers));
        foreach (var element in given?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        if (authorities is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        if (chain.Build(shown))
        {
            return null;
        }

        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        // An unknown authority first: for a certificate that anybody may have made, nothing else matters.
        if ((status & Unknown) != 0)
        {
            return $"The broker's certificate is signed by {shown.Issuer}, which "
                + (authorities is null
                    ? "this machine does not trust: name its certificate in Bus:Tls:CaFile."
                    : "is not in Bus:Tls:CaFile.");
        }

        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            var wrong = chain.ChainElements.FirstOrDefault(element =>
                element.ChainElementStatus.Any(one => one.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))?.Certificate ?? shown;
            var whose = wrong.RawDataMemory.Span.SequenceEqual(shown.RawDataMemory.Span)
                ? "The broker's certificate"
                : $"The certificate of {wrong.Subject}, which signed the broker's,";
            return wrong.NotAfter < DateTime.Now
                ? $"{whose} expired on {Format(wrong.NotAfter)}."
                : $"{whose} is valid only from {Format(wrong.NotBefore)} on.";
        }

        return status.HasFlag(X509ChainStatusFlags.NotValidForUsage)
            ? "The broker's certificate is not one for servers (extended key usage serverAuth)."
            : $"The broker's certificate is refused: {string.Join(' ', chain.ChainStatus.Select(one => one.StatusInformation.Trim()))}";
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(all => all.EnumerateDnsNames().Concat(all.EnumerateIPAddresses().Select(address => address.ToString())))
            .ToArray();
        return names.Length > 0 ? string.Join(", ", names) : certificate.Subject;
    }

    internal static string Format(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
