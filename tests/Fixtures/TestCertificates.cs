using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OfflineActions.Tests;

/// <summary>A private certificate authority for one test, and what it signs, as PEM files in a temporary folder.</summary>
public sealed class TestCertificates : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("certificates-");
    private readonly X509Certificate2 authority;

    public TestCertificates(string name = "Test CA")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        authority = request.CreateSelfSigned(DateTimeOffset.UtcNow - 30 * Day, DateTimeOffset.UtcNow + 30 * Day);
        CaFile = Write("ca.pem", authority.ExportCertificatePem());
    }

    /// <summary>The certificate of the authority.</summary>
    public string CaFile { get; }

    /// <summary>The folder of all files.</summary>
    public string Folder => folder.FullName;

    /// <summary>Makes a certificate for a server or a client, and writes <c>name.pem</c> and <c>name.key</c>.</summary>
    /// <param name="name">The common name.</param>
    /// <param name="hosts">The names and addresses of a server; none for a client.</param>
    /// <param name="end">When it ends, from now; null for in ten days.</param>
    public TestCertificate Issue(string name, IReadOnlyList<string>? hosts = null, TimeSpan? end = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [hosts is null ? new Oid("1.3.6.1.5.5.7.3.2") : new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        if (hosts is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var host in hosts)
            {
                if (IPAddress.TryParse(host, out var address))
                {
                    names.AddIpAddress(address);
                }
                else
                {
                    names.AddDnsName(host);
                }
            }

            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = request.Create(
            authority, DateTimeOffset.UtcNow - 20 * Day, DateTimeOffset.UtcNow + (end ?? 10 * Day), RandomNumberGenerator.GetBytes(16));
        return new(Write($"{name}.pem", certificate.ExportCertificatePem()), Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    public void Dispose()
    {
        authority.Dispose();
        folder.Delete(recursive: true);
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}

/// <summary>The files of a certificate.</summary>
/// <param name="CertificateFile">The certificate.</param>
/// <param name="KeyFile">Its private key.</param>
public sealed record TestCertificate(string CertificateFile, string KeyFile);
