using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OfflineActions.Messaging.Tls;

/// <summary>The files of <see cref="BusTls"/>, as they are now.</summary>
/// <param name="Authorities">The authorities that are trusted; null for those of this machine.</param>
/// <param name="Client">The certificate of this client with its key; null for none.</param>
internal sealed record TlsFiles(X509Certificate2Collection? Authorities, X509Certificate2? Client)
{
    /// <summary>A sentence for each setting that cannot be used.</summary>
    public static IEnumerable<string> FindErrors(BusTls settings)
    {
        if (settings.CertificateFile is { Length: > 0 } != settings.KeyFile is { Length: > 0 })
        {
            yield return "Bus:Tls:CertificateFile and Bus:Tls:KeyFile belong together: set both, or neither.";
        }

        foreach (var read in new Action[] { () => ReadAuthorities(settings), () => ReadClient(settings) })
        {
            if (FindError(read) is { } error)
            {
                yield return error;
            }
        }
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="BrokerTlsException">One cannot be used; the message says which, and why.</exception>
    public static TlsFiles Read(BusTls settings) => new(ReadAuthorities(settings), ReadClient(settings));

    private static X509Certificate2Collection? ReadAuthorities(BusTls settings)
    {
        if (settings.CaFile is not { Length: > 0 } file)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        var text = ReadText("CaFile", file);
        try
        {
            authorities.ImportFromPem(text);
        }
        catch (CryptographicException error)
        {
            throw new BrokerTlsException($"Bus:Tls:CaFile {file} cannot be used: {error.Message}");
        }

        return authorities.Count > 0
            ? authorities
            : throw new BrokerTlsException($"Bus:Tls:CaFile {file} has no certificate: write it in PEM format (BEGIN CERTIFICATE).");
    }

    private static X509Certificate2? ReadClient(BusTls settings)
    {
        if (settings is not { CertificateFile: { Length: > 0 } file, KeyFile: { Length: > 0 } keyFile })
        {
            return null;
        }

        var (certificate, key) = (ReadText("CertificateFile", file), ReadText("KeyFile", keyFile));
        try
        {
            using (X509Certificate2.CreateFromPem(certificate))
            {
                // Only to say which of the two files is wrong.
            }
        }
        catch (CryptographicException)
        {
            throw new BrokerTlsException($"Bus:Tls:CertificateFile {file} has no certificate: write it in PEM format (BEGIN CERTIFICATE).");
        }

        try
        {
            var client = X509Certificate2.CreateFromPem(certificate, key);
            // Windows does not sign with a key that is only in memory.
            return OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(client.Export(X509ContentType.Pkcs12), null) : client;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new BrokerTlsException(
                $"Bus:Tls:KeyFile {keyFile} does not hold the key of the certificate in {file}, or it has a passphrase: write the key in "
                + "PEM format without one (BEGIN PRIVATE KEY).");
        }
    }

    private static string ReadText(string setting, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BrokerTlsException($"Bus:Tls:{setting} {file} cannot be read by user {Environment.UserName}: {error.Message}");
        }
    }

    private static string? FindError(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (BrokerTlsException error)
        {
            return error.Message;
        }
    }
}
