using System.Text.RegularExpressions;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pausing;

namespace OfflineActions.Tests.Production;

/// <summary>
/// A worker at a broker that wants TLS: what is wrong is in the log and in <c>/health/ready</c>, and a file that is put right is used.
/// </summary>
[Category("Broker")]
public sealed class BrokerTlsTests
{
    private ProductionBroker broker = null!;
    private SyncGatewayEmulator syncGateway = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        broker = await ProductionBroker.StartAsync();
        syncGateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await (syncGateway?.DisposeAsync() ?? default);
        await (broker?.DisposeAsync() ?? default);
    }

    [Test]
    public async Task A_wrong_host_is_named()
    {
        await using var worker = await StartAsync(("Bus__Url", broker.UrlFor("127.0.0.1").AbsoluteUri));

        await UntilExplainedAsync(worker, "The broker's certificate is for localhost, but the address names 127.0.0.1.");
    }

    [Test]
    public async Task An_unknown_authority_is_named()
    {
        using var others = new TestCertificates("Other CA");
        await using var worker = await StartAsync(("Bus__Tls__CaFile", others.CaFile));

        await UntilExplainedAsync(worker, "The broker's certificate is signed by CN=Test CA, which is not in Bus:Tls:CaFile.");
    }

    [Test]
    public async Task A_client_certificate_that_is_missing_is_asked_for()
    {
        await using var worker = await StartAsync(("Bus__Tls__CertificateFile", ""), ("Bus__Tls__KeyFile", ""));

        await UntilExplainedAsync(worker, "The broker asks for a client certificate: set Bus:Tls:CertificateFile and Bus:Tls:KeyFile.");
    }

    [Test]
    public async Task A_client_certificate_of_another_authority_is_shown_with_who_signed_it()
    {
        using var others = new TestCertificates("Other CA");
        var stranger = others.Issue("stranger");
        await using var worker = await StartAsync(
            ("Bus__Tls__CertificateFile", stranger.CertificateFile), ("Bus__Tls__KeyFile", stranger.KeyFile));

        await UntilExplainedAsync(worker, "It may not accept the client certificate of CN=stranger, signed by CN=Other CA, valid from ");
    }

    [Test]
    public async Task A_client_certificate_that_has_expired_is_replaced_without_a_restart()
    {
        var expired = broker.Certificates.Issue("rotated", end: TimeSpan.FromDays(-1));
        await using var worker = await StartAsync(
            ("Bus__Tls__CertificateFile", expired.CertificateFile), ("Bus__Tls__KeyFile", expired.KeyFile));
        await UntilExplainedAsync(
            worker,
            "It may not accept the client certificate of CN=rotated, signed by CN=Test CA, valid from ");

        broker.Certificates.Issue("rotated");

        Assert.That(
            await Eventually.IsAsync(async () => (await worker.HealthAsync("ready")).StartsWith("200", StringComparison.Ordinal)),
            Is.True,
            () => $"{worker.Output.Last(20)}");
    }

    private Task<ServiceProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var environment = broker.EnvironmentOf("worker");
        environment["SyncGateway__Url"] = syncGateway.PublicUrl.AbsoluteUri;
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return ServiceProcess.StartAsync(new ServiceOptions { Service = "Worker", ReadyPath = "/health/live", Environment = environment });
    }

    private static async Task UntilExplainedAsync(ServiceProcess service, string sentence)
    {
        var health = "";
        Assert.That(
            await Eventually.IsAsync(async () =>
                (health = Regex.Unescape(await service.HealthAsync("ready"))).Contains(sentence, StringComparison.Ordinal)),
            Is.True,
            () => $"{health}\n{service.Output.Last(20)}");
        Assert.That(health, Does.StartWith("503"));
        Assert.That($"{service.Output}", Does.Contain(sentence));
    }
}
