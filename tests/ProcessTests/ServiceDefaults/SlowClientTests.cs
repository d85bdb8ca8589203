using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Http;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;
using OfflineActions.WebClient;
using OfflineActions.Worker;

namespace OfflineActions.Tests.ServiceDefaults;

/// <summary>A thousand connections that send a byte a second: half of them never end their headers, half never end their body.</summary>
public sealed class SlowClientTests
{
    private const int Slow = 1_000;
    private const string Password = "a password for tests";

    private static readonly string Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"sync-gateway:{Password}"));

    [Test]
    public async Task They_keep_no_webhook_out_of_the_gateway_and_are_closed()
    {
        await using var outside = await Emulated.StartAsync();
        var builder = CreateBuilder(
            ("Bus:Transport", "InMemory"),
            ("Gateway:WebhookPassword", Password),
            ("SyncGateway:Url", $"{outside.Gateway.PublicUrl}"),
            ("Swapi:BaseAddresses:0", "http://127.0.0.1:1/"));
        builder.AddServiceDefaults(port: 0).AddGateway().AddWorker()
            .AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll().AddWorkerActions());
        await using var app = builder.Build();
        app.MapServiceDefaults().MapGateway();
        await app.StartAsync();

        await AttackAsync(
            new Uri(app.Urls.Single()),
            "/webhooks/sync-gateway/db",
            () => new HttpRequestMessage(HttpMethod.Post, "/webhooks/sync-gateway/db")
            {
                Headers = { { "Authorization", Authorization } },
                Content = new StringContent("""{"_id":"a","_rev":"1-a"}""", Encoding.UTF8, "application/json"),
            },
            HttpStatusCode.NoContent);
    }

    [Test]
    public async Task They_keep_nobody_out_of_the_web_client_and_are_closed()
    {
        await using var outside = await Emulated.StartAsync();
        var builder = CreateBuilder(
            ("WebClient:SyncGateway", $"{outside.Gateway.PublicUrl}"),
            ("WebClient:Folder", Path.Combine(Path.GetTempPath(), "no-such-folder")));
        builder.AddServiceDefaults(port: 0).AddWebClient();
        await using var app = builder.Build();
        app.MapServiceDefaults().MapWebClient();
        await app.StartAsync();

        await AttackAsync(new Uri(app.Urls.Single()), "/db/_bulk_docs", () => new HttpRequestMessage(HttpMethod.Get, "/db/"), HttpStatusCode.OK);
    }

    [Test]
    public async Task The_limits_are_those_of_SlowClients()
    {
        var builder = CreateBuilder();
        builder.AddServiceDefaults(port: 0);
        await using var app = builder.Build();

        var limits = app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.That(limits.RequestHeadersTimeout, Is.EqualTo(SlowClients.HeadersTimeout));
        Assert.That(
            (limits.MinRequestBodyDataRate!.BytesPerSecond, limits.MinRequestBodyDataRate.GracePeriod),
            Is.EqualTo((SlowClients.MinBytesPerSecond, SlowClients.GracePeriod)));
        Assert.That(
            (limits.MinResponseDataRate!.BytesPerSecond, limits.MinResponseDataRate.GracePeriod),
            Is.EqualTo((SlowClients.MinBytesPerSecond, SlowClients.GracePeriod)));
    }

    private static async Task AttackAsync(Uri server, string path, Func<HttpRequestMessage> createRequest, HttpStatusCode expected)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, Slow).Select(number => SlowConnection.OpenAsync(server, path, endsHeaders: number % 2 == 0)));
        try
        {
            using var over = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            var attack = Task.WhenAll(connections.Select(connection => connection.SendUntilClosedAsync(over.Token)));
            using var http = new HttpClient { BaseAddress = server, Timeout = TimeSpan.FromSeconds(15) };
            for (var request = 0; request < 20; request++)
            {
                using var answer = await http.SendAsync(createRequest());
                Assert.That(answer.StatusCode, Is.EqualTo(expected));
            }

            Assert.That(connections.Any(connection => !connection.IsClosed), Is.True, "The attack was over before the requests.");
            Assert.That(
                await Eventually.IsAsync(() => connections.All(connection => connection.IsClosed), TimeSpan.FromMinutes(1)),
                Is.True,
                () => $"{connections.Count(connection => !connection.IsClosed)} are still open.");
            await attack;
        }
        finally
        {
            foreach (var connection in connections)
            {
                connection.Dispose();
            }
        }
    }

    private static WebApplicationBuilder CreateBuilder(params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings
            .Append(("urls", "http://127.0.0.1:0"))
            .Select(setting => KeyValuePair.Create(setting.Item1, setting.Item2)));
        builder.Logging.ClearProviders();
        return builder;
    }

    private sealed class SlowConnection(TcpClient client) : IDisposable
    {
        private static readonly TimeSpan BetweenBytes = TimeSpan.FromSeconds(1);

        /// <summary>Whether the server has closed it.</summary>
        public bool IsClosed { get; private set; }

        public static async Task<SlowConnection> OpenAsync(Uri server, string path, bool endsHeaders)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, server.Port);
            var start = $"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: {Authorization}\r\nContent-Type: application/json\r\n"
                + (endsHeaders ? "Content-Length: 100000\r\n\r\n" : "X-Slow: ");
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(start));
            return new SlowConnection(client);
        }

        public async Task SendUntilClosedAsync(CancellationToken cancellationToken)
        {
            var closed = ReadToEndAsync(cancellationToken);
            using var clock = new PeriodicTimer(BetweenBytes);
            try
            {
                while (!closed.IsCompleted && await clock.WaitForNextTickAsync(cancellationToken))
                {
                    await client.GetStream().WriteAsync("1"u8.ToArray(), cancellationToken);
                }
            }
            catch (IOException)
            {
                // The server has closed it in between.
            }

            await closed;
        }

        public void Dispose() => client.Dispose();

        private async Task ReadToEndAsync(CancellationToken cancellationToken)
        {
            try
            {
                await client.GetStream().CopyToAsync(Stream.Null, cancellationToken);
            }
            catch (IOException)
            {
                // Reset instead of closed.
            }

            IsClosed = true;
        }
    }
}
