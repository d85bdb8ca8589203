using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OfflineActions.Tests.Dev;
using OfflineActions.WebClient;

namespace OfflineActions.Tests.WebClient;

/// <summary>The web client's server, without a built page.</summary>
public sealed class ServerTests
{
    private WebApplication syncGateway = null!;
    private WebApplication page = null!;
    private HttpClient http = null!;
    private string[] received = [];
    private volatile bool isBrokenOff;

    [SetUp]
    public async Task Start()
    {
        received = [];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        syncGateway = builder.Build();
        syncGateway.Run(async context =>
        {
            var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            received = [$"{context.Request.Method} {target}", $"Origin {context.Request.Headers.Origin}", $"Cookie {context.Request.Headers.Cookie}"];
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
            }
            catch (IOException)
            {
                isBrokenOff = true;
                return;
            }

            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Couchbase Sync Gateway\"";
            context.Response.Headers.SetCookie = "SyncGatewaySession=x; Path=/db";
            await context.Response.WriteAsync("{}");
        });
        await syncGateway.StartAsync();
        page = await StartPageAsync(syncGateway.Urls.First());
        http = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = new Uri(page.Urls.First()) };
    }

    [TearDown]
    public async Task Stop()
    {
        http.Dispose();
        await page.DisposeAsync();
        await syncGateway.DisposeAsync();
    }

    [Test]
    public async Task Without_a_built_page_it_serves_instructions_to_build_it()
    {
        var response = await http.GetAsync(new Uri("/", UriKind.Relative));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("Node.js").And.Contain("20.19"));
    }

    [Test]
    public async Task The_content_security_policy_allows_no_inline_and_no_foreign_scripts()
    {
        var response = await http.GetAsync(new Uri("/", UriKind.Relative));
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();

        Assert.That(policy, Does.Contain("img-src 'self' blob:;"), "Photos are shown as blobs.");
        Assert.That(policy, Does.StartWith("default-src 'none'").And.Not.Contain("unsafe").And.Contain("require-trusted-types-for 'script'"));
    }

    [Test]
    public async Task A_document_with_an_attachment_of_10_MiB_is_forwarded()
    {
        var base64 = Convert.ToBase64String(new byte[10 << 20]);
        using var document = new StringContent($"{{\"docs\":[{{\"_attachments\":{{\"a\":{{\"data\":\"{base64}\"}}}}}}]}}");

        using var response = await http.PostAsync(new Uri("/db/_bulk_docs", UriKind.Relative), document);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), "The answer of Sync Gateway, which has read it all.");
    }

    [Test]
    public async Task A_Sync_Gateway_that_is_away_is_logged_on_one_line_once_a_minute_and_a_device_that_breaks_off_is_not()
    {
        await using var logging = await StartPageAsync(syncGateway.Urls.First());
        var log = logging.Services.GetFakeLogCollector();
        using (var device = new TcpClient())
        {
            await device.ConnectAsync(IPAddress.Loopback, new Uri(logging.Urls.First()).Port);
            await device.GetStream().WriteAsync("POST /db/_bulk_docs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{"u8.ToArray());
            Assert.That(await Eventually.IsAsync(() => received.Length > 0), Is.True);
        }

        Assert.That(await Eventually.IsAsync(() => isBrokenOff), Is.True);
        await syncGateway.DisposeAsync();
        using var other = new HttpClient { BaseAddress = new Uri(logging.Urls.First()) };
        for (var request = 0; request < 20; request++)
        {
            using var answer = await other.GetAsync(new Uri("/db/", UriKind.Relative));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadGateway));
        }

        var warnings = log.GetSnapshot().Where(record => record.Level >= LogLevel.Warning).ToArray();
        Assert.That(warnings.Select(record => (record.Id.Id, record.Exception)), Is.EqualTo(new (int, Exception?)[] { (7001, null) }));
    }

    [Test]
    public async Task Signing_in_forwards_no_Origin_and_no_old_cookie_and_returns_the_new_cookie_without_WWW_Authenticate()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/db/_session?a=%2F");
        request.Headers.Add("Origin", page.Urls.First());
        request.Headers.Add("Cookie", "SyncGatewaySession=over");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        var response = await http.SendAsync(request);

        Assert.That(received, Is.EqualTo(new[] { "POST /db/_session?a=%2F", "Origin ", "Cookie " }));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(response.Headers.WwwAuthenticate, Is.Empty);
        Assert.That(response.Headers.GetValues("Set-Cookie"), Is.EqualTo(new[] { "SyncGatewaySession=x; path=/db; samesite=strict; httponly" }));
    }

    [Test]
    public async Task Every_other_request_is_forwarded_unchanged()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/db/a%2Fb%20%2541%25?x=%2F");
        request.Headers.Add("Cookie", "SyncGatewaySession=x");
        await http.SendAsync(request);

        Assert.That(received, Is.EqualTo(new[] { "GET /db/a%2Fb%20%2541%25?x=%2F", "Origin ", "Cookie SyncGatewaySession=x" }));
    }

    [TestCase("cross-site")]
    [TestCase("same-site")]
    public async Task A_page_of_another_origin_cannot_use_the_database(string site)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/db/_all_docs");
        request.Headers.Add("Sec-Fetch-Site", site);
        var response = await http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(received, Is.Empty);
    }

    [Test]
    public async Task Only_the_database_db_is_forwarded()
    {
        foreach (var path in new[] { "/_all_dbs", "/other/", "/db/../_all_dbs", "/dbx/a" })
        {
            Assert.That((await http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.NotFound), path);
        }

        Assert.That(received, Is.Empty);
    }

    [Test]
    public async Task An_unreachable_Sync_Gateway_is_answered_with_502()
    {
        await syncGateway.StopAsync();

        Assert.That((await http.GetAsync(new Uri("/db/", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.BadGateway));
    }

    private static async Task<WebApplication> StartPageAsync(string syncGateway)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["WebClient:SyncGateway"] = syncGateway,
            ["WebClient:Folder"] = Path.Combine(Path.GetTempPath(), "no-such-folder"),
        });
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.AddWebClient();
        var app = builder.Build();
        app.MapWebClient();
        await app.StartAsync();
        return app;
    }
}
