using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>CORS settings of a database, which replace those of the server once the user may use the database.</summary>
public sealed class DatabaseCorsTests
{
    private const string Server = """ "CORS":{"origin":["http://server"],"loginOrigin":["http://server"],"headers":["X-S"],"maxAge":5} """;
    private const string Database = """ "cors":{"origin":["http://db"],"login_origin":["http://db"],"headers":["X-D","X-E"],"max_age":7} """;

    [Test]
    public async Task Pages_of_the_origins_of_an_option_may_call_and_log_in()
    {
        var options = SyncGatewayProcess.ReadSettings(CommandLine.Parse(["--cors-origin", "http://localhost:3000"]).Settings).Options;
        await using var gateway = await SyncGatewayEmulator.StartAsync(
            SyncGatewayEmulatorOptions.OnFreePorts with { CorsOrigins = options.CorsOrigins });
        const string Origin = "Origin: http://localhost:3000";

        foreach (var request in new[] { "OPTIONS /db/_bulk_docs", "OPTIONS /db/_session", "GET /db/" })
        {
            var answer = await RawHttp.SendAsync(gateway.PublicUrl, $"{request}\n{Origin}");

            Assert.That(answer.Status, Is.EqualTo(request.StartsWith("OPTIONS", StringComparison.Ordinal) ? 204 : 200), request);
            Assert.That(answer.Headers, Does.Contain("access-control-allow-origin: http://localhost:3000"), request);
            Assert.That(answer.Headers, Does.Contain("access-control-allow-headers: Content-Type, Authorization"), request);
        }

        var login = await RawHttp.SendAsync(
            gateway.PublicUrl, $"POST /db/_session\nContent-Type: application/json\n{Origin}", """{"name":"nobody"}""");
        Assert.That((login.Status, login.Text), Is.EqualTo((401, """{"error":"Unauthorized","reason":"Invalid login"}""")));
    }

    [TestCase("GET", "db/", "http://db", 200, "http://db", "X-D, X-E", null)]
    [TestCase("GET", "db/", "http://server", 200, "", "X-D, X-E", null)]
    [TestCase("GET", "db/none", "http://db", 404, "http://db", "X-D, X-E", null)]
    [TestCase("GET", "db/_nothing", "http://server", 404, "http://server", "X-S", null)]
    [TestCase("OPTIONS", "db/d", "http://db", 204, "http://db", "X-D, X-E", "7 GET, HEAD, PUT, DELETE")]
    [TestCase("PATCH", "db._default._default/d", "http://db", 405, "http://db", "X-D, X-E", "7 GET, HEAD, PUT, DELETE")]
    [TestCase("OPTIONS", "closed/d", "http://db", 204, "http://db", "X-D, X-E", "7 GET, HEAD, PUT, DELETE")]
    [TestCase("GET", "closed/d", "http://db", 401, "", "X-S", null)]
    [TestCase("GET", "closed/d", "http://server", 401, "http://server", "X-S", null)]
    [TestCase("GET", "closed/_session", "http://db", 200, "http://db", "X-D, X-E", null)]
    [TestCase("GET", "same/", "http://server", 200, "http://server", "X-S", null)]
    [TestCase("OPTIONS", "same/", "http://server", 204, "http://server", "X-S", "5 GET, HEAD, POST, PUT")]
    [TestCase("GET", "nobody/", "http://server", 200, "", "", null)]
    [TestCase("OPTIONS", "nobody/", "http://server", 204, "", "", "0 GET, HEAD, POST, PUT")]
    [TestCase("OPTIONS", "none/d", "http://server", 204, "http://server", "X-S", "5 GET, HEAD, PUT, DELETE")]
    [TestCase("GET", "none/d", "http://db", 401, "", "X-S", null)]
    [TestCase("GET", "", "http://db", 200, "", "X-S", null)]
    public async Task Origins_are_those_of_the_database_as_soon_as_it_may_be_used(
        string method, string path, string origin, int status, string allowed, string headers, string? before)
    {
        await using var gateway = await StartAsync();

        var answer = await RawHttp.SendAsync(gateway.PublicUrl, $"{method} /{path}\nOrigin: {origin}");

        var expected = $"access-control-allow-credentials: true\naccess-control-allow-headers: {headers}\n"
            + (before is null ? "" : $"access-control-allow-methods: {before[2..]}\n") + $"access-control-allow-origin: {allowed}\n"
            + (before is null ? "" : $"access-control-max-age: {before[0]}\n");
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(
            string.Concat(answer.Headers.Split('\n').Where(line => line.StartsWith("access-", StringComparison.Ordinal)).Select(line => line + "\n")),
            Is.EqualTo(expected));
    }

    /// <summary>Redirects are made before a handler, and so before CORS.</summary>
    [TestCase("GET /db")]
    [TestCase("GET /db/_changes/")]
    [TestCase("PUT /db/.")]
    public async Task A_redirect_names_no_origin(string request)
    {
        await using var gateway = await StartAsync();

        var answer = await RawHttp.SendAsync(gateway.PublicUrl, request + "\nOrigin: http://server");

        Assert.That(answer.Status, Is.EqualTo(301));
        Assert.That(answer.Headers, Does.Not.Contain("access-"));
    }

    [TestCase("db", "http://db", 401, "Invalid login")]
    [TestCase("db", "http://server", 400, "No CORS")]
    [TestCase("same", "http://server", 401, "Invalid login")]
    [TestCase("same", "http://db", 400, "No CORS")]
    [TestCase("nobody", "http://server", 400, "No CORS")]
    public async Task A_login_comes_from_an_origin_of_the_database(string database, string origin, int status, string reason)
    {
        await using var gateway = await StartAsync();
        using var open = new HttpClient { BaseAddress = gateway.PublicUrl };

        var answer = await open.SendForAnswerAsync(
            "POST", database + "/_session", """{"name":"x","password":"y"}""", request => request.Headers.Add("Origin", origin));

        Assert.That(answer.Error, Is.EqualTo((status, status == 401 ? "Unauthorized" : "Bad Request", reason)));
    }

    [Test]
    public async Task They_can_be_changed_and_are_the_servers_again_without()
    {
        await using var gateway = await StartAsync();
        using var admin = new HttpClient { BaseAddress = gateway.AdminUrl };

        Assert.That((await admin.PostAnswerAsync("db/_config", """{"cors":{"origin":["*"]}}""")).Status, Is.EqualTo(201));
        Assert.That(await AllowedAsync(gateway, "http://any"), Is.EqualTo("*"));
        Assert.That((await admin.PutAnswerAsync("db/_config", """{"guest":{"disabled":false}}""")).Status, Is.EqualTo(201));
        Assert.That(await AllowedAsync(gateway, "http://server"), Is.EqualTo("http://server"));
    }

    [TestCase("""{"cors":{"loginOrigin":[]}}""", "JSON Unknown Field: json: unknown field \"loginOrigin\": unrecognized JSON field")]
    [TestCase("""{"cors":{"max_age":"1"}}""", "Bad JSON: json: cannot unmarshal string into Go struct field CORSConfig.cors.max_age of type int")]
    [TestCase("""{"cors":{"origin":"*"}}""", "Bad JSON: json: cannot unmarshal string into Go struct field CORSConfig.cors.origin of type []string")]
    [TestCase("""{"cors":[]}""", "Bad JSON: json: cannot unmarshal array into Go struct field DbConfig.cors of type auth.CORSConfig")]
    public async Task Settings_of_another_type_are_refused(string body, string reason)
    {
        await using var gateway = await StartAsync();
        using var admin = new HttpClient { BaseAddress = gateway.AdminUrl };

        Assert.That((await admin.PutAnswerAsync("db/_config", body)).Error, Is.EqualTo((400, "Bad Request", reason)));
    }

    private static async Task<string> AllowedAsync(SyncGatewayEmulator gateway, string origin)
    {
        var answer = await RawHttp.SendAsync(gateway.PublicUrl, "GET /db/_session\nOrigin: " + origin);
        return answer.Headers.Split('\n').Single(line => line.StartsWith("access-control-allow-origin: ", StringComparison.Ordinal)).Split(": ")[1];
    }

    private static async Task<SyncGatewayEmulator> StartAsync()
    {
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.json");
        const string Guest = """ "users":{"GUEST":{"disabled":false,"admin_channels":["*"]}} """;
        await File.WriteAllTextAsync(file, $$"""
            {
              {{Server}},
              "databases": {
                "db": { {{Guest}}, {{Database}} }, "closed": { {{Database}} }, "same": { {{Guest}} }, "nobody": { {{Guest}}, "cors": {} }
              }
            }
            """);
        return await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ConfigurationFile = file });
    }
}
