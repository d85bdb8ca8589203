using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.SyncGateway;

public sealed class SettingsTests
{
    private const string Password = "s3cret:pä€";

    [Test]
    public async Task The_user_signs_in_with_every_request()
    {
        await using var server = await ScriptedServer.AnsweringAsync(404, "{}");
        using var client = new TestClient(server.Url, null, ("User", "wörker"), ("Password", Password));

        await client.Client.ReadAsync("db", "d", CancellationToken.None);
        await client.Client.WriteAsync("db", new Document("d", "1-a", RawObject.Empty), CancellationToken.None);

        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"wörker:{Password}"));
        Assert.That(
            server.Requests.Select(request => request.Headers.Authorization.ToString()),
            Is.EqualTo([expected, expected]));
    }

    [Test]
    public async Task A_guest_sends_no_credentials()
    {
        await using var server = await ScriptedServer.AnsweringAsync(401, "{}");
        using var client = new TestClient(server.Url, null, ("User", ""), ("Password", ""));

        var read = await client.Client.ReadAsync("db", "d", CancellationToken.None);

        Assert.That(server.Requests.Single().Headers.Authorization, Is.Empty);
        Assert.That((read as ReadOutcome.Unavailable)?.Cause.Reason, Does.Contain("SyncGateway:User is empty"));
    }

    [TestCase(401)]
    [TestCase(403)]
    [TestCase(503)]
    public async Task Nothing_is_logged_and_no_reason_contains_the_password(int status)
    {
        var log = new FakeLoggerProvider();
        await using var server = await ScriptedServer.AnsweringAsync(status, "{}");
        using var client = new TestClient(
            server.Url,
            builder => builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log)),
            ("User", "worker"),
            ("Password", Password));

        var read = await client.Client.ReadAsync("db", "d", CancellationToken.None);
        var written = await client.Client.WriteAsync("db", new Document("d", "1-a", RawObject.Empty), CancellationToken.None);

        var everything = $"{read}{written}";
        Assert.That(log.Collector.GetSnapshot().Select(line => line.Message), Is.Empty);
        Assert.That(everything, Does.Not.Contain(Password));
        Assert.That(everything, Does.Not.Contain(Convert.ToBase64String(Encoding.UTF8.GetBytes($"worker:{Password}"))));
    }

    [TestCase("Url", "db", "SyncGateway:Url must be an absolute http or https address without a database, like http://127.0.0.1:4984")]
    [TestCase("Url", "", "SyncGateway:Url must be an absolute http or https address")]
    [TestCase("Url", "127.0.0.1:4984", "SyncGateway:Url must be an absolute http or https address")]
    [TestCase("Url", "/db", "SyncGateway:Url must be an absolute http or https address")]
    [TestCase("Url", "couchbase://host", "SyncGateway:Url must be an absolute http or https address")]
    [TestCase("Url", "http://host:4984/db", "SyncGateway:Url must be an absolute http or https address without a database")]
    [TestCase("Url", "http://host:4984/?a=b", "SyncGateway:Url must be")]
    [TestCase("Url", "http://worker:s3cret@host:4984", "SyncGateway:Url must not contain a user")]
    [TestCase("Url", "http://worker:s3cret@host:99999", "SyncGateway:Url is not an address: make it an address like http://host:1234.")]
    [TestCase("User", "worker", "SyncGateway:Password is missing: set SyncGateway:User and SyncGateway:Password, or neither")]
    [TestCase("Password", "s3cret", "SyncGateway:User is missing: set SyncGateway:User and SyncGateway:Password, or neither")]
    [TestCase("User", "wor:ker", "SyncGateway:User must not contain a colon")]
    [TestCase("Timeout", "00:00:00", "SyncGateway:Timeout must be above zero")]
    [TestCase("Timeout", "-00:00:01", "SyncGateway:Timeout must be above zero")]
    [TestCase("Timeout", "10", "SyncGateway:Timeout must be above zero and at most 01:00:00, like 00:00:10")]
    [TestCase("MaxResponseBytes", "0", "SyncGateway:MaxResponseBytes must be above zero")]
    public void An_error_stops_the_host_with_its_key_and_the_fix(string key, string value, string message)
    {
        using var client = new TestClient(null, null, (key, value));

        var error = Assert.ThrowsAsync<OptionsValidationException>(client.StartAsync);

        Assert.That(error!.Message, Does.Contain(message));
        Assert.That(error.Message, Does.Not.Contain("s3cret"));
    }

    [Test]
    public void All_errors_are_reported_together()
    {
        using var client = new TestClient(null, null, ("Url", "db"), ("User", "worker"), ("Timeout", "00:00:00"));

        var error = Assert.ThrowsAsync<OptionsValidationException>(client.StartAsync);

        Assert.That(error!.Message, Does.Contain("SyncGateway:Url").And.Contain("SyncGateway:Password").And.Contain("SyncGateway:Timeout"));
    }

    [TestCase("http://sync-gateway:4984")]
    [TestCase("https://sync.example.com/")]
    [TestCase(null)]
    public void A_host_with_valid_settings_starts(string? url)
    {
        using var client = new TestClient(url is null ? null : new Uri(url), null, ("User", "worker"), ("Password", Password));

        Assert.That(client.StartAsync, Throws.Nothing);
    }
}
