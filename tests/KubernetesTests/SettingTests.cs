using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using OfflineActions.Contracts;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.Operator.Serve;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.Tests.Kubernetes.Policies;
using OfflineActions.WebClient;
using OfflineActions.Worker;

namespace OfflineActions.Tests.Kubernetes;

/// <summary>The services take the settings of the overlays, together with the secrets of README.md.</summary>
public sealed class SettingTests
{
    private static readonly string[] Services = ["gateway", "worker", "operator", "web-client"];

    private static IEnumerable<object[]> OverlaysAndServices =>
        from overlay in Kustomization.Overlays
        from service in Services
        select new object[] { overlay, service };

    [TestCaseSource(nameof(OverlaysAndServices))]
    public async Task A_service_would_start(string overlay, string service) =>
        Assert.That(await FindErrorsAsync(service, GetSettings(overlay, service), GetSecrets(service)), Is.Empty);

    [TestCase("gateway", "Bus__Password")]
    [TestCase("gateway", "Gateway__WebhookPassword")]
    [TestCase("worker", "SyncGateway__Password")]
    [TestCase("operator", "Operator__Users__0")]
    public async Task A_secret_that_is_missing_is_named(string service, string key)
    {
        var secrets = GetSecrets(service);

        Assert.That(secrets.Remove(key), Is.True);
        Assert.That(
            await FindErrorsAsync(service, GetSettings("production", service), secrets),
            Has.Some.Contains(key.Replace("__0", "", StringComparison.Ordinal).Replace("__", ":", StringComparison.Ordinal)));
    }

    [Test]
    public async Task A_value_that_cannot_be_read_is_named()
    {
        var settings = GetSettings("production", "worker");
        settings["SyncGateway__Url"] = "sync-gateway";

        Assert.That(await FindErrorsAsync("worker", settings, GetSecrets("worker")), Has.Some.Contains("SyncGateway:Url"));
    }

    [TestCase("gateway")]
    [TestCase("worker")]
    [TestCase("operator")]
    public void The_secrets_of_the_example_exist(string service)
    {
        var secrets = Examples.GetSecrets(service).Select(secret => secret.Key).ToList();

        Assert.That(secrets, Does.Contain("Bus__Password").And.Contains("SyncGateway__Password"));
        Assert.That(Examples.GetSecrets(service), Does.Contain(KeyValuePair.Create("Bus__User", service)), "The user of deploy/rabbitmq.");
        Assert.That(secrets.Where(secret => !SettingPolicies.Exists(service, secret)), Is.Empty);
    }

    private static Dictionary<string, string?> GetSettings(string overlay, string service)
    {
        var manifests = Manifests.Of(overlay);
        return manifests.GetSettings(manifests.Container(service))
            .ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
    }

    private static Dictionary<string, string> GetSecrets(string service) => new(Examples.GetSecrets(service));

    private static async Task<IReadOnlyList<string>> FindErrorsAsync(
        string service, IReadOnlyDictionary<string, string?> settings, IReadOnlyDictionary<string, string> secrets)
    {
        const string Certificates = "/run/secrets/rabbitmq";
        var folder = Directory.CreateTempSubdirectory("offline-actions-secrets-").FullName;
        using var certificates = new TestCertificates();
        try
        {
            Mount(secrets, folder);
            var client = certificates.Issue(service);
            File.Copy(certificates.CaFile, Path.Combine(certificates.Folder, "ca.crt"));
            File.Copy(client.CertificateFile, Path.Combine(certificates.Folder, "tls.crt"));
            File.Copy(client.KeyFile, Path.Combine(certificates.Folder, "tls.key"));
            return await FindErrorsAsync(
                service,
                settings
                    .ToDictionary(
                        setting => setting.Key,
                        setting => setting.Value?.Replace(Certificates, certificates.Folder, StringComparison.Ordinal))
                    .Append(KeyValuePair.Create("Secrets__Directory", (string?)folder)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Makes files as Kubernetes does: links into a hidden folder, which is a link too. On Windows a link needs rights.</summary>
    private static void Mount(IReadOnlyDictionary<string, string> secrets, string folder)
    {
        var hasLinks = !OperatingSystem.IsWindows();
        if (hasLinks)
        {
            Directory.CreateDirectory(Path.Combine(folder, "..2026_01_01_00_00_00.1"));
            Directory.CreateSymbolicLink(Path.Combine(folder, "..data"), "..2026_01_01_00_00_00.1");
        }

        foreach (var (key, value) in secrets)
        {
            File.WriteAllText(Path.Combine(folder, hasLinks ? "..data" : "", key), value);
            if (hasLinks)
            {
                File.CreateSymbolicLink(Path.Combine(folder, key), Path.Combine("..data", key));
            }
        }
    }

    private static async Task<IReadOnlyList<string>> FindErrorsAsync(string service, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value)));
        builder.WebHost.UseUrls("http://+:8080");
        builder.AddServiceDefaults(port: 8080);
        switch (service)
        {
            case "gateway":
                builder.AddGateway().AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll());
                break;
            case "worker":
                builder.AddWorker().AddMessaging(ActionCatalog.Default, messaging => messaging.AddWorkerActions());
                break;
            case "operator":
                builder.AddOperatorPage(ActionCatalog.Default);
                break;
            default:
                builder.AddWebClient();
                break;
        }

        await using var app = builder.Build();
        return ConfigurationErrors.Find(app.Services);
    }
}
