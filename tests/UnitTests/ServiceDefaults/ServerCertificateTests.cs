using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.ServiceDefaults;

/// <summary>A service that listens with TLS, and whose certificate is replaced in all the ways in which that is done.</summary>
public sealed class ServerCertificateTests
{
    private TestCertificates certificates = null!;
    private TestCertificate first = null!;
    private TestCertificate next = null!;
    private FakeTimeProvider clock = null!;
    private FakeLogCollector log = null!;
    private WebApplication? service;

    [SetUp]
    public void Create()
    {
        certificates = new TestCertificates();
        (first, next) = (certificates.Issue("first", ["localhost"]), certificates.Issue("next", ["localhost"]));
        clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
    }

    [TearDown]
    public async Task Stop()
    {
        if (service is not null)
        {
            await service.DisposeAsync();
        }

        certificates.Dispose();
    }

    [Test]
    public async Task Kubernetes_replaces_a_link_to_the_folder_of_both_files()
    {
        Mount("..1", first);
        File.CreateSymbolicLink(At("tls.crt"), "..data/tls.crt");
        File.CreateSymbolicLink(At("tls.key"), "..data/tls.key");
        await StartAsync(new(At("tls.crt"), At("tls.key")));
        Assert.That(await AskAsync(), Is.EqualTo("CN=first"));

        Mount("..2", next);

        Assert.That(await IsUsedAsync("CN=next"), Is.True);
        Assert.That(Warnings(), Is.Empty);
    }

    [Test]
    public async Task The_key_comes_after_its_certificate_or_before_it([Values] bool isKeyFirst)
    {
        await StartAsync(first);
        var files = new[] { (next.CertificateFile, first.CertificateFile), (next.KeyFile, first.KeyFile) };

        foreach (var (from, to) in isKeyFirst ? files.Reverse() : files)
        {
            Assert.That(await AskAsync(), Is.EqualTo("CN=first"));
            File.Copy(from, to, overwrite: true);
        }

        Assert.That(await IsUsedAsync("CN=next"), Is.True);
        Assert.That(Warnings(), Has.Exactly(1).Contains("cannot be used with its key, and the last certificate is used on"));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("-----BEGIN CERTIFICATE-----\nMIIB")]
    [TestCase("no certificate")]
    public async Task The_files_are_away_or_half_written_for_a_while(string? meanwhile)
    {
        await StartAsync(first);
        File.Copy(next.KeyFile, first.KeyFile, overwrite: true);
        if (meanwhile is null)
        {
            File.Delete(first.CertificateFile);
        }
        else
        {
            await File.WriteAllTextAsync(first.CertificateFile, meanwhile);
        }

        Assert.That(await AskAsync(), Is.EqualTo("CN=first"));
        Assert.That(await AskAsync(), Is.EqualTo("CN=first"));
        Assert.That(Warnings(), Has.Length.EqualTo(1));
        File.Copy(next.CertificateFile, first.CertificateFile, overwrite: true);

        Assert.That(await IsUsedAsync("CN=next"), Is.True);
    }

    [Test]
    public async Task The_new_files_are_older_than_those_that_they_replace()
    {
        foreach (var file in new[] { next.CertificateFile, next.KeyFile })
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));
        }

        await StartAsync(first);
        File.Move(next.KeyFile, first.KeyFile, overwrite: true);
        File.Move(next.CertificateFile, first.CertificateFile, overwrite: true);

        Assert.That(await IsUsedAsync("CN=next"), Is.True);
    }

    [Test]
    public async Task One_file_holds_certificate_and_key_with_a_password()
    {
        foreach (var files in new[] { first, next })
        {
            using var certificate = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
            await File.WriteAllBytesAsync(files.CertificateFile, certificate.Export(X509ContentType.Pkcs12, "a password"));
        }

        await StartAsync(new(first.CertificateFile, ""), "--Kestrel:Endpoints:Https:Certificate:Password=a password");
        Assert.That(await AskAsync(), Is.EqualTo("CN=first"));
        File.Copy(next.CertificateFile, first.CertificateFile, overwrite: true);

        Assert.That(await IsUsedAsync("CN=next"), Is.True);
    }

    private string At(string name) => Path.Combine(certificates.Folder, name);

    private void Mount(string version, TestCertificate files)
    {
        Directory.CreateDirectory(At(version));
        File.Copy(files.CertificateFile, At($"{version}/tls.crt"));
        File.Copy(files.KeyFile, At($"{version}/tls.key"));
        if (Directory.Exists(At("..data")))
        {
            Directory.Delete(At("..data"));
        }

        File.CreateSymbolicLink(At("..data"), version);
    }

    private async Task StartAsync(TestCertificate files, params string[] settings)
    {
        var builder = WebApplication.CreateBuilder(
        [
            "--Kestrel:Endpoints:Https:Url=https://127.0.0.1:0",
            $"--Kestrel:Endpoints:Https:Certificate:Path={files.CertificateFile}",
            .. files.KeyFile is "" ? Array.Empty<string>() : [$"--Kestrel:Endpoints:Https:Certificate:KeyPath={files.KeyFile}"],
            .. settings,
        ]);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.AddServiceDefaults(port: 0);
        builder.Logging.ClearProviders().AddFakeLogging();
        service = builder.Build();
        log = service.Services.GetFakeLogCollector();
        await service.StartAsync();
    }

    private Task<bool> IsUsedAsync(string subject) => Eventually.IsAsync(async () => await AskAsync() == subject);

    /// <summary>The name in the certificate that a new connection gets, a second later.</summary>
    private async Task<string> AskAsync()
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(service!.Urls.Single()).Port);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        });
        Assert.That(tls.NegotiatedApplicationProtocol, Is.EqualTo(SslApplicationProtocol.Http2));
        return tls.RemoteCertificate!.Subject;
    }

    private string[] Warnings() =>
    [
        .. log.GetSnapshot()
            .Where(line => line.Level >= LogLevel.Warning && line.Category!.EndsWith("CertificateFiles", StringComparison.Ordinal))
            .Select(line => line.Message),
    ];
}
