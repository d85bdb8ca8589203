using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Gateway;
using OfflineActions.Gateway.Webhooks;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Echo;
using OfflineActions.Worker;

namespace OfflineActions.Tests.Gateway;

/// <summary>How many webhooks the gateway takes, and from whom.</summary>
public sealed class WebhookLimitTests
{
    private const string Password = "a password for tests";
    private const string NoRequest = """{"_id":"a","_rev":"1-a"}""";

    [Test]
    public async Task A_stranger_who_guesses_passwords_is_refused_for_a_minute_even_with_the_right_one()
    {
        await using var gateway = await StartAsync();

        Assert.That(await gateway.PostAsync("wrong", 20), Is.All.EqualTo(401));
        using var refused = await gateway.SendAsync("wrong");
        Assert.That((int)refused.StatusCode, Is.EqualTo(429));
        Assert.That(refused.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromMinutes(1)));
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("changes feed"));
        Assert.That(await gateway.PostAsync(Password, 1), Is.EqualTo([429]), "Otherwise guessing would go on.");
        gateway.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await gateway.PostAsync(Password, 1), Is.EqualTo([204]));
    }

    [Test]
    public async Task A_sender_that_is_known_is_not_refused_for_others_at_its_address()
    {
        await using var gateway = await StartAsync();

        Assert.That(await gateway.PostAsync(Password, 1), Is.EqualTo([204]));
        Assert.That(await gateway.PostAsync("wrong", 100), Has.Exactly(20).EqualTo(401).And.Exactly(80).EqualTo(429));
        Assert.That(await gateway.PostAsync(Password, 100), Is.All.EqualTo(204));
    }

    [Test]
    public async Task A_burst_of_thousands_from_one_Sync_Gateway_is_taken()
    {
        await using var gateway = await StartAsync();

        var bursts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => gateway.PostAsync(Password, 100)));

        Assert.That(bursts.SelectMany(statuses => statuses), Has.Exactly(5_000).EqualTo(204));
    }

    [Test]
    public async Task A_sender_with_the_right_password_has_a_limit_too()
    {
        await using var gateway = await StartAsync(("Gateway:WebhooksPerSecond", "1"));
        using var refused = await FirstAsync(gateway, response => (int)response.StatusCode == 429);

        Assert.That(refused.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task Refusals_are_logged_once_in_a_while_with_their_source()
    {
        await using var gateway = await StartAsync();
        await gateway.PostAsync("wrong", 100);

        Assert.That(
            gateway.Log.GetSnapshot().Where(line => line.Id == 1004).Select(line => line.Message),
            Is.EqualTo(
            [
                "A webhook from 127.0.0.1 is refused: its user or password is wrong (0 more were not logged)",
                "A webhook from 127.0.0.1 is refused: it sent wrong credentials too often (0 more were not logged)",
            ]));
    }

    [Test]
    public async Task Behind_a_known_proxy_the_source_is_the_address_that_it_forwards()
    {
        await using var gateway = await StartAsync(("Gateway:KnownProxies:0", "10.0.0.0/8"), ("Gateway:KnownProxies:1", "127.0.0.1"));

        Assert.That(await gateway.PostAsync("wrong", 21, "192.0.2.1"), Has.Exactly(1).EqualTo(429));
        Assert.That(await gateway.PostAsync("wrong", 1, "192.0.2.1, 10.0.0.5"), Is.EqualTo([429]), "Through a second proxy.");
        Assert.That(await gateway.PostAsync("wrong", 1, "192.0.2.2, 192.0.2.1"), Is.EqualTo([429]), "A sender cannot say that it is a proxy.");
        Assert.That(await gateway.PostAsync(Password, 1, "192.0.2.2"), Is.EqualTo([204]));
    }

    [Test]
    public async Task Without_known_proxies_nobody_chooses_a_source()
    {
        await using var gateway = await StartAsync();

        for (var number = 0; number < 20; number++)
        {
            Assert.That(await gateway.PostAsync("wrong", 1, $"192.0.2.{number}"), Is.EqualTo([401]));
        }

        Assert.That(await gateway.PostAsync("wrong", 1, "192.0.2.99"), Is.EqualTo([429]));
    }

    [TestCase("Gateway:MaxConnections")]
    [TestCase("Gateway:ConnectionsPerSource")]
    public async Task More_connections_than_the_limit_are_closed(string limit)
    {
        await using var gateway = await StartAsync((limit, "3"));
        var open = new List<TcpClient>();
        try
        {
            for (var number = 0; number < 3; number++)
            {
                open.Add(await gateway.ConnectAsync());
            }

            using var refused = await gateway.ConnectAsync();
            Assert.That(await IsClosedAsync(refused), Is.True);
            open[0].Dispose();
            Assert.That(await Eventually.IsAsync(async () => await IsAnsweredAsync(gateway)), Is.True, "There is room again.");
        }
        finally
        {
            open.ForEach(client => client.Dispose());
        }
    }

    [Test]
    public async Task A_known_proxy_may_hold_all_connections()
    {
        await using var gateway = await StartAsync(("Gateway:ConnectionsPerSource", "1"), ("Gateway:KnownProxies:0", "127.0.0.0/8"));
        using var first = await gateway.ConnectAsync();
        using var second = await gateway.ConnectAsync();

        Assert.That(await gateway.PostAsync(Password, 1, "192.0.2.1"), Is.EqualTo([204]));
    }

    [TestCase("Gateway:FailedWebhooksPerMinute", "0", "Gateway:FailedWebhooksPerMinute must be from 1 to 10000.")]
    [TestCase("Gateway:WebhooksPerSecond", "0", "Gateway:WebhooksPerSecond must be from 1 to 1000000.")]
    [TestCase("Gateway:MaxConnections", "0", "Gateway:MaxConnections must be from 1 to 1000000.")]
    [TestCase("Gateway:ConnectionsPerSource", "0", "Gateway:ConnectionsPerSource must be from 1 to 1000000.")]
    [TestCase("Gateway:KnownProxies:0", "proxy", "Gateway:KnownProxies:0 must be an address or a network, for example 10.0.0.5 or 10.0.0.0/24.")]
    public async Task A_limit_that_makes_no_sense_is_reported(string key, string value, string error)
    {
        await using var app = Build((key, value));

        Assert.That(
            Assert.Throws<OptionsValidationException>(() => app.Services.GetRequiredService<WebhookAdmission>())!.Failures,
            Has.Some.Contains(error));
    }

    private static async Task<HttpResponseMessage> FirstAsync(LimitedGateway gateway, Func<HttpResponseMessage, bool> condition)
    {
        for (var attempt = 0; attempt < 10_000; attempt++)
        {
            var response = await gateway.SendAsync(Password);
            if (condition(response))
            {
                return response;
            }

            response.Dispose();
        }

        throw new AssertionException("There is no such response.");
    }

    private static async Task<bool> IsClosedAsync(TcpClient client)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], timeout.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static async Task<bool> IsAnsweredAsync(LimitedGateway gateway)
    {
        try
        {
            return await gateway.PostAsync(Password, 1) is [204];
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<LimitedGateway> StartAsync(params (string Key, string Value)[] settings)
    {
        var app = Build(settings);
        app.MapGateway();
        await app.StartAsync();
        return new LimitedGateway(app);
    }

    private static WebApplication Build(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Bus:Transport"] = "InMemory",
            ["Gateway:WebhookPassword"] = Password,
            ["SyncGateway:Url"] = "http://127.0.0.1:9",
        });
        builder.AddServiceDefaults(port: 0).AddGateway().AddWorker()
            .AddMessaging(EchoCatalog.All, messaging => messaging.PublishAll().AddAction<EchoRequested, EchoHandler>());
        builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider());

        // Nothing but the server runs: there is no Sync Gateway, and nothing to publish.
        builder.Services.RemoveAll<IHostedService>();
        builder.Logging.AddProvider(new FakeLoggerProvider());
        return builder.Build();
    }

    private sealed class LimitedGateway(WebApplication app) : IAsyncDisposable
    {
        private readonly HttpClient http = new() { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(60) };

        public FakeTimeProvider Clock => (FakeTimeProvider)app.Services.GetRequiredService<TimeProvider>();

        public FakeLogCollector Log => app.Services.GetServices<ILoggerProvider>().OfType<FakeLoggerProvider>().Single().Collector;

        public async Task<TcpClient> ConnectAsync()
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, http.BaseAddress!.Port);
            return client;
        }

        /// <summary>The statuses of webhooks that are sent one after the other.</summary>
        public async Task<int[]> PostAsync(string password, int count, string? forwardedFor = null)
        {
            var statuses = new int[count];
            for (var index = 0; index < count; index++)
            {
                using var response = await SendAsync(password, forwardedFor);
                statuses[index] = (int)response.StatusCode;
            }

            return statuses;
        }

        public async Task<HttpResponseMessage> SendAsync(string password, string? forwardedFor = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/sync-gateway/db")
            {
                Content = new StringContent(NoRequest, Encoding.UTF8, "application/json"),
            };
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"sync-gateway:{password}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
            if (forwardedFor is not null)
            {
                request.Headers.Add("X-Forwarded-For", forwardedFor);
            }

            return await http.SendAsync(request);
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }
}
