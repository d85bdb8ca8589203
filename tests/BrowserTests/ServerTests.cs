using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace OfflineActions.Tests.WebClient;

/// <summary>What serves the page, without a browser and without the page.</summary>
public sealed class ServerTests
{
    private static readonly string NoFolder = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));

    private WebApplication syncGateway = null!;
    private WebApplication page = null!;
    private HttpClient http = null!;
    private string[] received = [];

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
            var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            received = [$"{context.Request.Method} {target}", $"Origin {context.Request.Headers.Origin}", $"Cookie {context.Request.Headers.Cookie}"];
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Couchbase Sync Gateway\"";
            context.Response.Headers.SetCookie = "SyncGatewaySession=x; Path=/db";
            return context.Response.WriteAsync("{}");
        });
        await syncGateway.StartAsync();
        page = await World.StartPageAsync(new Uri(syncGateway.Urls.First()), NoFolder);
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
    public async Task A_page_that_was_not_built_says_what_to_install()
    {
        var answer = await http.GetAsync(new Uri("/", UriKind.Relative));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("Node.js").And.Contain("20.19"));
    }

    [Test]
    public async Task Nothing_inline_and_nothing_foreign_runs()
    {
        var answer = await http.GetAsync(new Uri("/", UriKind.Relative));
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();

        Assert.That(policy, Does.StartWith("default-src 'none'").And.Not.Contain("unsafe").And.Contain("require-trusted-types-for 'script'"));
    }

    [Test]
    public async Task Signing_in_shows_no_origin_and_no_old_cookie_and_the_new_one_comes_through_without_its_password_dialog()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/db/_session?a=%2F");
        request.Headers.Add("Origin", "http://127.0.0.1:3000");
        request.Headers.Add("Cookie", "SyncGatewaySession=over");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        var answer = await http.SendAsync(request);

        Assert.That(received, Is.EqualTo(new[] { "POST /db/_session?a=%2F", "Origin ", "Cookie " }));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(answer.Headers.WwwAuthenticate, Is.Empty);
        Assert.That(answer.Headers.GetValues("Set-Cookie"), Is.EqualTo(new[] { "SyncGatewaySession=x; Path=/db" }));
    }

    [Test]
    public async Task Every_other_request_arrives_as_it_was_sent()
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
        var answer = await http.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(received, Is.Empty);
    }

    [Test]
    public async Task Nothing_but_the_database_is_reachable()
    {
        foreach (var path in new[] { "/_all_dbs", "/other/", "/db/../_all_dbs", "/dbx/a" })
        {
            Assert.That((await http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.NotFound), path);
        }

        Assert.That(received, Is.Empty);
    }

    [Test]
    public async Task A_Sync_Gateway_that_is_away_is_502()
    {
        await syncGateway.StopAsync();

        Assert.That((await http.GetAsync(new Uri("/db/", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.BadGateway));
    }
}
