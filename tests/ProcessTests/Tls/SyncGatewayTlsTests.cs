using OfflineActions.Tests.Configuration;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.Tls;

/// <summary>The services' client of Sync Gateway over TLS, in a process whose authorities are in <c>SSL_CERT_FILE</c>.</summary>
public sealed class SyncGatewayTlsTests
{
    [Test]
    public async Task A_certificate_of_a_private_authority_is_trusted_by_its_file()
    {
        using var certificates = new TestCertificates();

        var started = await ReadAsync(certificates.Issue("right", ["localhost"]), certificates.CaFile);

        Assert.That(started.ExitCode, Is.Zero, started.Errors);
        Assert.That(started.Output, Does.Contain("\"asked\""));
    }

    [TestCase("elsewhere.example", 10, true, "RemoteCertificateNameMismatch", TestName = "A_certificate_for_another_host_is_refused")]
    [TestCase("localhost", -1, true, "NotTimeValid", TestName = "A_certificate_that_has_expired_is_refused")]
    [TestCase("localhost", 10, false, "PartialChain", TestName = "A_certificate_of_an_unknown_authority_is_refused")]
    public async Task A_wrong_certificate(string host, int days, bool isKnown, string reason)
    {
        using var certificates = new TestCertificates();
        using var others = new TestCertificates("Another CA");

        var started = await ReadAsync(
            certificates.Issue("wrong", [host], TimeSpan.FromDays(days)), (isKnown ? certificates : others).CaFile);

        Assert.That(started.ExitCode, Is.Not.Zero, started.Output);
        Assert.That(started.Errors, Does.Contain("No answer from Sync Gateway").And.Contain("certificate").And.Contain(reason));
        Assert.That(started.Output, Does.Not.Contain("\"asked\""));
    }

    private static async Task<Started> ReadAsync(TestCertificate certificate, string authorities)
    {
        await using var outside = await Emulated.StartAsync();
        await outside.Admin.PutAnswerAsync("db/asked", """{"action":"person_request"}""");
        await using var front = new TlsFront(outside.Gateway.PublicUrl, certificate);
        return await Started.ProgramAsync(
            "Operator",
            new Dictionary<string, string?> { ["SyncGateway__Url"] = front.Url.ToString(), ["SSL_CERT_FILE"] = authorities },
            "reconcile",
            "--json");
    }
}
