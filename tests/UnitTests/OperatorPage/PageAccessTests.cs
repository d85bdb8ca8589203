using System.Net;
using System.Net.Http.Json;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>Who may see the operator page, and who may act.</summary>
public sealed class PageAccessTests
{
    private const string Looker = "lena:look:a password to look";
    private const string Actor = "anna:act:a password: to act";

    private Emulated syncGateway = null!;

    [OneTimeSetUp]
    public async Task Start() => syncGateway = await Emulated.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await syncGateway.DisposeAsync();

    [TestCase("http://127.0.0.1:8081", true)]
    [TestCase("http://localhost:8081", true)]
    [TestCase("http://[::1]:8081", true)]
    [TestCase("http://127.0.0.1:8081;http://0.0.0.0:8082", false)]
    [TestCase("http://+:8080", false)]
    [TestCase("http://*:8080", false)]
    [TestCase("http://operator.example:8080", false)]
    [TestCase("http://192.168.1.7:8080", false)]
    public async Task Without_a_login_it_starts_only_for_this_machine(string urls, bool starts)
    {
        await using var app = OperatorPageHost.Build(("urls", urls), ("Bus:Transport", "InMemory"));

        Assert.That(app.HasConfigurationErrors(), Is.EqualTo(!starts));
    }

    [TestCase("http_ports", "8080")]
    [TestCase("Kestrel:Endpoints:All:Url", "http://*:8080")]
    public async Task Other_ways_to_set_the_address_count_too(string key, string value)
    {
        await using var app = OperatorPageHost.Build(("urls", ""), (key, value), ("Bus:Transport", "InMemory"));

        Assert.That(app.HasConfigurationErrors(), Is.True);
    }

    [Test]
    public async Task With_a_login_it_starts_on_any_address()
    {
        await using var app = OperatorPageHost.Build(("urls", "http://*:0"), ("Bus:Transport", "InMemory"), ("Operator:Users:0", Looker));

        Assert.That(app.HasConfigurationErrors(), Is.False);
    }

    [TestCase("Operator:Users:0", "anna:act:short")]
    [TestCase("Operator:Users:0", "anna:admin:a long enough password")]
    [TestCase("Operator:Users:0", ":act:a long enough password")]
    [TestCase("Operator:UserHeader", "X-Forwarded-User")]
    [TestCase("Operator:UserHeader", "no header")]
    [TestCase("Operator:Proxies:0", "proxy.example")]
    [TestCase("Operator:Keyspaces:0", "a/b")]
    [TestCase("Operator:Management", "http://user:secret@rabbitmq:15672")]
    [TestCase("Operator:ManagementNodes:0", "http://rabbitmq:15672")]
    [TestCase("Operator:Colour", "blue")]
    [TestCase("Bus:Transport", "RabbitMq")]
    public async Task A_mistake_in_the_settings_stops_the_start(string key, string value)
    {
        await using var app = OperatorPageHost.Build(("urls", "http://127.0.0.1:0"), ("Bus:Transport", "InMemory"), (key, value));

        Assert.That(app.HasConfigurationErrors(), Is.True);
    }

    [Test]
    public async Task On_this_machine_everybody_may_act()
    {
        await using var page = await StartAsync();

        Assert.That(await page.Http.GetStringAsync("/"), Does.Contain("may act"));
    }

    [TestCase("/")]
    [TestCase("/operator.js")]
    [TestCase("/api/overview")]
    [TestCase("/api/openapi.json")]
    [TestCase("/api/events")]
    public async Task Without_signing_in_nothing_is_shown(string path)
    {
        await using var page = await StartAsync(("Operator:Users:0", Looker));
        using var stranger = page.CreateClient();
        using var wrong = page.CreateClient("lena:a password to guess");
        using var nobody = page.CreateClient("nobody:a password to look");

        foreach (var http in new[] { stranger, wrong, nobody })
        {
            using var answer = await http.GetAsync(path);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(answer.Headers.WwwAuthenticate.ToString(), Does.StartWith("Basic"));
        }
    }

    [Test]
    public async Task Who_may_look_cannot_act_and_each_try_is_logged()
    {
        await using var page = await StartAsync(("Operator:Users:0", Looker), ("Operator:Users:1", Actor));
        using var looker = page.CreateClient("lena:a password to look");
        using var actor = page.CreateClient("anna:a password: to act");

        Assert.That(await looker.GetStringAsync("/"), Does.Contain("lena").And.Contain("may look"));
        foreach (var path in new[] { "/api/reconcile", "/api/document/publish", "/document/publish", "/api/dead-letters/replay", "/api/dead-letters/discard", "/reconcile", "/dead-letters/start", "/dead-letters/check", "/api/jobs/x/stop", "/jobs/x/stop", "/pause", "/api/actions/person/pause", "/api/actions/person/resume" })
        {
            using var refused = await looker.PostAsJsonAsync(path, new { });
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), path);
        }

        using var done = await actor.PostAsJsonAsync("/api/reconcile", new { });
        Assert.That(done.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(page.Log, Has.Some.Match("^8003 lena may not act, and was refused: POST /api/reconcile$"));
        Assert.That(page.Log, Has.Some.Match("^8001 anna began "));
    }

    [Test]
    public async Task Who_guesses_passwords_is_slowed_down()
    {
        await using var page = await StartAsync(("Operator:Users:0", Looker));
        using var guesser = page.CreateClient("lena:a password to guess");
        for (var guesses = 0; guesses < 20; guesses++)
        {
            using var guess = await guesser.GetAsync("/");
        }

        using var right = page.CreateClient("lena:a password to look");
        using var answer = await right.GetAsync("/");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(page.Log, Has.Exactly(20).StartsWith("8004 ").And.None.Contains("guess"));
    }

    [TestCase("127.0.0.1", HttpStatusCode.OK)]
    [TestCase("127.0.0.0/8", HttpStatusCode.OK)]
    [TestCase("10.0.0.0/8", HttpStatusCode.Unauthorized)]
    public async Task The_header_of_a_proxy_is_believed_only_from_its_address(string proxies, HttpStatusCode expected)
    {
        await using var page = await StartAsync(
            ("Operator:UserHeader", "X-Forwarded-User"), ("Operator:Proxies:0", proxies), ("Operator:ActUsers:0", "anna"));
        using var client = page.CreateClient();
        client.DefaultRequestHeaders.Add("X-Forwarded-User", "anna");

        using var answer = await client.GetAsync("/");

        Assert.That(answer.StatusCode, Is.EqualTo(expected));
        Assert.That(await answer.Content.ReadAsStringAsync(), expected is HttpStatusCode.OK ? Does.Contain("may act") : Does.Not.Contain("anna"));
    }

    [Test]
    public async Task Without_the_header_the_proxy_shows_nothing_and_others_may_only_look()
    {
        await using var page = await StartAsync(("Operator:UserHeader", "X-Forwarded-User"), ("Operator:Proxies:0", "127.0.0.1"));
        using var client = page.CreateClient();
        using var unnamed = await client.GetAsync("/");
        client.DefaultRequestHeaders.Add("X-Forwarded-User", "lena");
        using var act = await client.PostAsJsonAsync("/api/reconcile", new { });

        Assert.That(unnamed.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(act.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task A_page_of_another_site_cannot_act(
        [Values("Origin https://evil.example", "Origin null", "Sec-Fetch-Site cross-site", "Sec-Fetch-Site same-site")] string header,
        [Values("/api/reconcile", "/api/actions/person/pause", "/api/actions/person/resume", "/pause")] string path)
    {
        await using var page = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(new { }) };
        request.Headers.Add(header.Split(' ')[0], header.Split(' ')[1]);

        using var answer = await page.Http.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await page.Http.GetStringAsync("/api/jobs"), Is.EqualTo("[]"));
    }

    [Test]
    public async Task Its_own_page_may_act()
    {
        await using var page = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/reconcile") { Content = new FormUrlEncodedContent([]) };
        request.Headers.Add("Origin", page.Url.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");

        using var answer = await page.Http.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(answer.Headers.Location?.ToString(), Does.StartWith("/jobs/"));
    }

    [TestCase("operator.evil.example", HttpStatusCode.BadRequest)]
    [TestCase("operator.example", HttpStatusCode.OK)]
    public async Task A_foreign_host_name_is_refused(string host, HttpStatusCode expected)
    {
        await using var page = await StartAsync(("Operator:Origins:0", "https://operator.example"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = host;

        using var answer = await page.Http.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(expected));
    }

    [TestCase("/")]
    [TestCase("/api/overview")]
    [TestCase("/nowhere")]
    public async Task Every_answer_is_strict_and_stays_out_of_caches(string path)
    {
        await using var page = await StartAsync();

        using var answer = await page.Http.GetAsync(path);

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(policy, Does.Contain("default-src 'none'").And.Contain("frame-ancestors 'none'").And.Not.Contain("unsafe"));
        Assert.That(answer.Headers.CacheControl?.ToString(), Is.EqualTo("no-store"));
        Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
    }

    private Task<OperatorPageHost> StartAsync(params (string Key, string Value)[] settings) =>
        OperatorPageHost.StartAsync(syncGateway.Gateway.AdminUrl, bus: null, settings);
}
