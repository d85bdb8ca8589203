using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;

namespace OfflineActions.ServiceDefaults.Http;

/// <summary>
/// The certificate of a server in files that are replaced while it runs. They are compared by what they hold, whatever links lead to them.
/// While they cannot be used, because they are half written, do not belong together yet or are away, the last certificate is used.
/// </summary>
internal sealed partial class CertificateFiles
{
    /// <summary>How often the files are read at most. They are read only when a client connects.</summary>
    private static readonly TimeSpan BetweenReads = TimeSpan.FromSeconds(1);

    private readonly string path;
    private readonly string? keyPath;
    private readonly string? password;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private SslStreamCertificateContext current;
    private byte[] seen;
    private long readAt;
    private string? problem;

    /// <summary>Reads the files for the first time.</summary>
    /// <param name="path">
    /// The certificate, and those that lead to its authority, in PEM format; in PKCS #12, with its key, when <paramref name="keyPath"/> is null.
    /// </param>
    /// <param name="keyPath">The key of the first certificate, in PEM format.</param>
    /// <param name="password">The password of the key; null for none.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="log">The log.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">The files are no certificate with its key.</exception>
    public CertificateFiles(string path, string? keyPath, string? password, TimeProvider clock, ILogger<CertificateFiles> log)
    {
        (this.path, this.keyPath, this.password, this.clock, this.log) = (path, keyPath, password, clock, log);
        var (certificate, key) = Read();
        (current, seen, readAt) = (Load(certificate, key), HashOf(certificate, key), clock.GetTimestamp());
    }

    /// <summary>The certificate in the files, or the last one that could be used.</summary>
    public SslStreamCertificateContext GetCurrent()
    {
        lock (gate)
        {
            if (clock.GetElapsedTime(readAt) >= BetweenReads)
            {
                readAt = clock.GetTimestamp();
                Refresh();
            }

            return current;
        }
    }

    private void Refresh()
    {
        try
        {
            var (certificate, key) = Read();
            var hash = HashOf(certificate, key);
            if (!hash.AsSpan().SequenceEqual(seen))
            {
                // Only what could be used has been seen: the rest is tried again.
                (current, seen) = (Load(certificate, key), hash);
                var end = current.TargetCertificate.NotAfter.ToUniversalTime();
                Replaced(log, path, end.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            }

            problem = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            if (problem != error.Message)
            {
                problem = error.Message;
                Kept(log, path, problem);
            }
        }
    }

    private (byte[] Certificate, byte[] Key) Read() => (File.ReadAllBytes(path), keyPath is null ? [] : File.ReadAllBytes(keyPath));

    private SslStreamCertificateContext Load(byte[] content, byte[] key)
    {
        var all = keyPath is null
            ? X509CertificateLoader.LoadPkcs12Collection(content, password, X509KeyStorageFlags.DefaultKeySet)
            : ReadPem(Encoding.UTF8.GetString(content), Encoding.UTF8.GetString(key));
        var own = all.FirstOrDefault(certificate => certificate.HasPrivateKey)
            ?? throw new CryptographicException("There is no certificate with a key.");
        all.Remove(own);
        return SslStreamCertificateContext.Create(own, all, offline: true);
    }

    private X509Certificate2Collection ReadPem(string certificates, string key)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(certificates);
        var own = string.IsNullOrEmpty(password)
            ? X509Certificate2.CreateFromPem(certificates, key)
            : X509Certificate2.CreateFromEncryptedPem(certificates, key, password);
        // Windows does not sign with a key that is only in memory.
        all[0] = OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null) : own;
        return all;
    }

    private static byte[] HashOf(byte[] certificate, byte[] key) => [.. SHA256.HashData(certificate), .. SHA256.HashData(key)];

    [LoggerMessage(6101, LogLevel.Information, "{Path} was replaced: new connections get that certificate, which ends at {End}")]
    private static partial void Replaced(ILogger log, string path, string end);

    [LoggerMessage(6102, LogLevel.Warning, "{Path} cannot be used with its key, and the last certificate is used on: {Reason}")]
    private static partial void Kept(ILogger log, string path, string reason);
}
