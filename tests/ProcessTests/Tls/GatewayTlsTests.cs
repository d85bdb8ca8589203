using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Tls;

/// <summary>The gateway's own port with TLS: a webhook carries its password in each request.</summary>
public sealed class GatewayTlsTests
{
    private const string Password = "a-password-for-the-webhook";

    [Test]
    public async Task A_webhook_is_taken_over_TLS_alone_and_a_new_certificate_is_used_without_a_restart()
    {
        using var certificates = new TestCertificates();
        var files = certificates.Issue("gateway", ["localhost"]);
        var url = new Uri($"https://localhost:{FreePorts.Take()}");
        await using var gateway = await StartAsync(url, files);
        var first = await UntilAnsweredAsync(url, certificates.CaFile, gateway);
        using var plain = new HttpClient();

        Assert.That(first.Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable), "There is no broker, but the password is right.");
        Assert.That(
            async () => await plain.GetAsync(new UriBuilder(url) { Scheme = "http" }.Uri), Throws.TypeOf<HttpRequestException>(), "without TLS");

        certificates.Issue("gateway", ["localhost"]);

        Assert.That(
            await Dev.Eventually.IsAsync(async () => (await PostAsync(url, certificates.CaFile)).Serial != first.Serial),
            Is.True,
            $"The new certificate is used.\n{gateway.Output}");
        Assert.That(gateway.Exited.IsCompleted, Is.False);
    }

    [Test]
    public async Task Probes_can_have_a_port_of_their_own_without_TLS()
    {
        using var certificates = new TestCertificates();
        var url = new Uri($"https://localhost:{FreePorts.Take()}");
        var probes = new Uri($"http://127.0.0.1:{FreePorts.Take()}");
        await using var gateway = await StartAsync(
            url, certificates.Issue("gateway", ["localhost"]), ("Kestrel__Endpoints__Http__Url", probes.GetLeftPart(UriPartial.Authority)));
        var webhook = await UntilAnsweredAsync(url, certificates.CaFile, gateway);
        using var client = new HttpClient();
        using var live = await client.GetAsync(new Uri(probes, "/health/live"));

        Assert.That((webhook.Status, live.StatusCode), Is.EqualTo((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK)));
    }

    [Test]
    public async Task A_certificate_that_cannot_be_read_ends_the_start_with_its_name()
    {
        using var certificates = new TestCertificates();
        var missing = new TestCertificate(Path.Combine(certificates.Folder, "missing.pem"), Path.Combine(certificates.Folder, "missing.key"));

        await using var gateway = await StartAsync(new Uri($"https://localhost:{FreePorts.Take()}"), missing);

        Assert.That(await gateway.Exited.WaitAsync(TimeSpan.FromSeconds(30)), Is.Not.Zero);
        Assert.That(gateway.Output.ToString(), Does.Contain("missing.pem"));
    }

    private static Task<ServiceProcess> StartAsync(Uri url, TestCertificate files, params (string Key, string Value)[] more) => ServiceProcess.StartAsync(new ServiceOptions
    {
        Service = "Gateway",
        Url = url,
        ReadyPath = null,
        Environment = new Dictionary<string, string?>
        {
            ["Bus__Url"] = "amqp://127.0.0.1:1",
            ["Gateway__WebhookPassword"] = Password,
            ["SyncGateway__Url"] = "http://127.0.0.1:1",
            ["Kestrel__Endpoints__Https__Url"] = url.GetLeftPart(UriPartial.Authority),
            ["Kestrel__Endpoints__Https__Certificate__Path"] = files.CertificateFile,
            ["Kestrel__Endpoints__Https__Certificate__KeyPath"] = files.KeyFile,
        }.Concat(more.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).ToDictionary(),
    });

    private static async Task<(HttpStatusCode Status, string Serial)> UntilAnsweredAsync(Uri url, string authority, ServiceProcess gateway)
    {
        var answer = (Status: default(HttpStatusCode), Serial: "");
        var isAnswered = await Dev.Eventually.IsAsync(async () =>
        {
            try
            {
                answer = await PostAsync(url, authority);
                return true;
            }
            catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConnectionError)
            {
                return false;
            }
        });
        Assert.That(isAnswered, Is.True, gateway.Output.ToString());
        return answer;
    }

    private static async Task<(HttpStatusCode Status, string Serial)> PostAsync(Uri url, string authority)
    {
        var serial = "";
        using var root = X509CertificateLoader.LoadCertificateFromFile(authority);
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { root }, RevocationMode = X509RevocationMode.NoCheck },
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    serial = certificate!.GetSerialNumberString();
                    return errors is SslPolicyErrors.None;
                },
            },
        };
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"sync-gateway:{Password}")));
        using var body = new StringContent("""{"_id":"d","_rev":"1-a","action":"person_request"}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(url, "webhooks/sync-gateway/db"), body);
        return (answer.StatusCode, serial);
    }
}
