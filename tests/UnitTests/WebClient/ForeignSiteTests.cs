using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OfflineActions.WebClient;

namespace OfflineActions.Tests.WebClient;

/// <summary>Requests as other pages and other programs send them, byte by byte: an HTTP client would tidy them up.</summary>
public sealed class ForeignSiteTests
{
    private WebApplication syncGateway = null!;
    private WebApplication page = null!;
    private List<string> received = [];

    private string Host => new Uri(page.Urls.First()).Authority;

    [SetUp]
    public async Task Start()
    {
        received = [];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        syncGateway = builder.Build();
        syncGateway.Run(context =>
        {
            lock (received)
            {
                received.Add(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            }

            return context.Response.WriteAsync("{}");
        });
        await syncGateway.StartAsync();
        var pages = WebApplication.CreateBuilder();
        pages.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["WebClient:SyncGateway"] = syncGateway.Urls.First(),
            ["WebClient:Folder"] = Path.Combine(Path.GetTempPath(), "no-such-folder"),
            ["WebClient:Origins:0"] = "https://app.example",
        });
        pages.Logging.ClearProviders();
        pages.AddWebClient();
        page = pages.Build();
        page.MapWebClient();
        await page.StartAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        await page.DisposeAsync();
        await syncGateway.DisposeAsync();
    }

    [TestCase(@"/db/..\")]
    [TestCase(@"/db/..\..\_ping")]
    [TestCase(@"/db/..\otherdb\x")]
    [TestCase(@"/db/x\..\..\otherdb")]
    [TestCase("/db/..%5C")]
    [TestCase("/db/..%5c..%5c_ping")]
    [TestCase("/db/%2e%2e%5c_ping")]
    [TestCase("/db/%2e%2e%2f_ping")]
    [TestCase("/db/..%2fotherdb")]
    [TestCase("/db/%252e%252e/_ping")]
    [TestCase("/db/%252e%252e%252f_ping")]
    [TestCase("/db/%25252e%25252e%25252f_ping")]
    [TestCase("/db/%252e%252e%255c_ping")]
    [TestCase("/db/..;/_ping")]
    [TestCase("/db/..%3b/_ping")]
    [TestCase("/db//_ping")]
    [TestCase("/db//../_ping")]
    [TestCase("/db/%zz")]
    [TestCase("/DB/x")]
    [TestCase("/Db/_all_docs")]
    [TestCase("/%64b/x")]
    [TestCase("/db/../_ping")]
    [TestCase("/db/%2e%2e/_ping")]
    [TestCase("/db/./../otherdb/x")]
    [TestCase("//db/x")]
    [TestCase(@"\db\x")]
    [TestCase("http://HOST/db/../_ping")]
    [TestCase(@"http://HOST/db/..\_ping")]
    [TestCase("http://HOST/db/%2e%2e%5c_ping")]
    [TestCase("http://HOST@evil.example/db/x")]
    public async Task No_spelling_of_a_target_leaves_the_database(string target)
    {
        var status = await SendAsync($"GET {target.Replace("HOST", Host, StringComparison.Ordinal)}");

        Assert.That(status, Is.EqualTo(400).Or.EqualTo(404));
        Assert.That(received, Is.Empty);
    }

    [TestCase("/db/", "/db/")]
    [TestCase("/db/_changes?feed=longpoll&since=..%5C", "/db/_changes?feed=longpoll&since=..%5C")]
    [TestCase("/db/a%2Fb%20%2541%25", "/db/a%2Fb%20%2541%25")]
    [TestCase("/db/...", "/db/...")]
    [TestCase("/db/a..b;c", "/db/a..b%3Bc")]
    [TestCase("/db/%F0%9F%98%80%0A", "/db/%F0%9F%98%80%0A")]
    [TestCase("/db/_local/x%3D", "/db/_local/x%3D")]
    [TestCase("http://HOST/db/x", "/db/x")]
    public async Task Every_other_target_reaches_the_same_document(string target, string expected)
    {
        Assert.That(await SendAsync($"GET {target.Replace("HOST", Host, StringComparison.Ordinal)}"), Is.EqualTo(200));
        Assert.That(received, Is.EqualTo(new[] { expected }));
    }

    [TestCase("https://evil.example")]
    [TestCase("null")]
    [TestCase("http://127.0.0.1:1")]
    [TestCase("http://app.example")]
    [TestCase("https://app.example.evil.example")]
    [TestCase("not an origin")]
    [TestCase("https://")]
    public async Task A_foreign_origin_is_refused_with_and_without_an_upgrade(string origin)
    {
        Assert.That(await SendAsync("GET /db/_all_docs", $"Origin: {origin}"), Is.EqualTo(403));
        Assert.That(await SendAsync("GET /db/_changes?feed=websocket", [$"Origin: {origin}", .. Upgrade]), Is.EqualTo(403));
        Assert.That(received, Is.Empty);
    }

    [Test]
    public async Task An_upgrade_without_an_origin_is_refused()
    {
        Assert.That(await SendAsync("GET /db/_changes?feed=websocket", Upgrade), Is.EqualTo(403));
        Assert.That(received, Is.Empty);
    }

    [Test]
    public async Task The_own_page_may_use_the_database_also_behind_a_proxy()
    {
        Assert.That(await SendAsync("POST /db/_all_docs", $"Origin: http://{Host}", "Content-Length: 0"), Is.EqualTo(200));
        Assert.That(await SendAsync("GET /db/_all_docs", "Origin: https://app.example"), Is.EqualTo(200));
        Assert.That(await SendToAsync("app.example", "GET /db/_all_docs", "Origin: https://app.example"), Is.EqualTo(200));
    }

    [TestCase("evil.example")]
    [TestCase("evil.example:3000")]
    [TestCase("localhost.evil.example")]
    [TestCase("127.0.0.1.evil.example")]
    public async Task A_name_that_somebody_else_points_at_this_server_is_refused(string host)
    {
        Assert.That(await SendToAsync(host, "GET /db/_all_docs"), Is.EqualTo(400));
        Assert.That(await SendToAsync(host, "GET /"), Is.EqualTo(400));
        Assert.That(received, Is.Empty);
    }

    [TestCase("localhost")]
    [TestCase("LOCALHOST:3000")]
    [TestCase("127.0.0.1:3000")]
    [TestCase("[::1]:3000")]
    [TestCase("app.example")]
    public async Task Loopback_names_addresses_and_configured_names_are_answered(string host) =>
        Assert.That(await SendToAsync(host, "GET /db/_all_docs"), Is.EqualTo(200));

    private static string[] Upgrade =>
    [
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];

    private Task<int> SendAsync(string request, params string[] headers) => SendToAsync(Host, request, headers);

    private async Task<int> SendToAsync(string host, string request, params string[] headers)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(page.Urls.First()).Port, timeout.Token);
        var stream = client.GetStream();
        var lines = string.Join("\r\n", [$"{request} HTTP/1.1", $"Host: {host}", .. headers]);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(lines + "\r\n\r\n"), timeout.Token);
        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync(timeout.Token);
        return int.Parse(status!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
