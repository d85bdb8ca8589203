using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>The API and the pages with bad input, odd documents, and without a broker.</summary>
public sealed class PageApiTests
{
    private Emulated syncGateway = null!;
    private OperatorPageHost page = null!;

    [SetUp]
    public async Task Start()
    {
        syncGateway = await Emulated.StartAsync();
        page = await OperatorPageHost.StartAsync(syncGateway.Gateway.AdminUrl);
    }

    [TearDown]
    public async Task Stop()
    {
        await page.DisposeAsync();
        await syncGateway.DisposeAsync();
    }

    [TestCase("/api/dead-letters?page=0")]
    [TestCase("/api/dead-letters?page=x")]
    [TestCase("/api/dead-letters?size=501")]
    [TestCase("/api/dead-letters?queue=work")]
    [TestCase("/api/dead-letters?olderThan=soon")]
    [TestCase("/api/dead-letters?newerThan=99999999999d")]
    [TestCase("/api/dead-letters?action=echo")]
    [TestCase("/api/dead-letters/message")]
    [TestCase("/api/document")]
    [TestCase("/api/document?id=")]
    [TestCase("/api/document?id=a&keyspace=a/b")]
    [TestCase("/api/document?id=_design/x")]
    [TestCase("/api/document?id=a&body=perhaps")]
    public async Task Bad_input_is_answered_with_400(string path)
    {
        using var answer = await page.Http.GetAsync(path);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), await answer.Content.ReadAsStringAsync());
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
    }

    [TestCase("/api/dead-letters/replay", "{}")]
    [TestCase("/api/dead-letters/replay", """{"ids":["a"],"filter":{}}""")]
    [TestCase("/api/dead-letters/replay", """{"filter":{"queue":"work"}}""")]
    [TestCase("/api/dead-letters/replay", """{"filter":{"raeson":"timed_out"}}""")]
    [TestCase("/api/dead-letters/replay", """{"ids":["a"],"confrim":1}""")]
    [TestCase("/api/dead-letters/discard", """{"ids":"a"}""")]
    [TestCase("/api/dead-letters/discard", "[")]
    [TestCase("/api/reconcile", """{"olderThan":"long"}""")]
    [TestCase("/api/reconcile", """{"older":"10m"}""")]
    [TestCase("/api/document/publish", """{"id":""}""")]
    [TestCase("/api/document/publish", """{"id":"_design/x"}""")]
    [TestCase("/api/document/publish", """{"id":"luke","keyspace":"no/keyspace"}""")]
    [TestCase("/api/document/publish", "{}")]
    public async Task Bad_acts_are_answered_with_400_and_start_nothing(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await page.Http.PostAsync(path, content);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), await answer.Content.ReadAsStringAsync());
        Assert.That(await page.Http.GetStringAsync("/api/jobs"), Is.EqualTo("[]"));
    }

    [TestCase("pause", """{"confirm":"person"}""", HttpStatusCode.BadRequest, "Say why")]
    [TestCase("pause", """{"reason":" ","confirm":"person"}""", HttpStatusCode.BadRequest, "Say why")]
    [TestCase("pause", """{"reason":7,"confirm":"person"}""", HttpStatusCode.BadRequest, "")]
    [TestCase("pause", """{"raeson":"x","confirm":"person"}""", HttpStatusCode.BadRequest, "")]
    [TestCase("pause", """{"reason":"moved"}""", HttpStatusCode.Conflict, "Confirm that by its name")]
    [TestCase("pause", """{"reason":"moved","confirm":"Person"}""", HttpStatusCode.Conflict, "Confirm that by its name")]
    [TestCase("resume", "{}", HttpStatusCode.Conflict, "Confirm that by its name")]
    [TestCase("pause", """{"reason":"moved","confirm":"person"}""", HttpStatusCode.ServiceUnavailable, "Actions can be paused only with RabbitMQ")]
    [TestCase("resume", """{"confirm":"person"}""", HttpStatusCode.ServiceUnavailable, "Actions can be paused only with RabbitMQ")]
    public async Task A_pause_that_cannot_be_is_refused_with_the_reason(string act, string body, HttpStatusCode status, string reason)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await page.Http.PostAsync($"/api/actions/person/{act}", content);

        Assert.That(answer.StatusCode, Is.EqualTo(status));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(reason));
        Assert.That(page.Log, Is.Empty);
    }

    [TestCase(200, HttpStatusCode.ServiceUnavailable)]
    [TestCase(201, HttpStatusCode.BadRequest)]
    [TestCase(100_000, HttpStatusCode.BadRequest)]
    public async Task A_reason_has_at_most_200_characters(int length, HttpStatusCode expected)
    {
        using var answer = await page.Http.PostAsJsonAsync("/api/actions/person/pause", new { reason = new string('x', length), confirm = "person" });
        using var form = await page.Http.PostAsync(
            "/pause", new FormUrlEncodedContent([new("act", "pause"), new("action", "person"), new("reason", new string('x', length))]));

        Assert.That(answer.StatusCode, Is.EqualTo(expected), "There is no broker for one that is short enough.");
        Assert.That(form.StatusCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task An_unknown_action_is_not_paused([Values("pause", "resume")] string act)
    {
        using var answer = await page.Http.PostAsJsonAsync($"/api/actions/echo/{act}", new { confirm = "echo" });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("There is no action 'echo'."));
    }

    [TestCase("/api/jobs/none")]
    [TestCase("/jobs/none")]
    [TestCase("/pause")]
    [TestCase("/pause?action=echo")]
    [TestCase("/api/history?action=echo")]
    [TestCase("/nowhere")]
    public async Task What_does_not_exist_is_answered_with_404(string path)
    {
        using var answer = await page.Http.GetAsync(path);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("/api/dead-letters")]
    [TestCase("/dead-letters")]
    [TestCase("/api/topology")]
    [TestCase("/topology")]
    public async Task What_needs_a_broker_says_that_there_is_none(string path)
    {
        using var answer = await page.Http.GetAsync(path);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("in the memory of the gateway"));
    }

    [Test]
    public async Task What_nobody_says_is_shown_as_unknown()
    {
        var overview = await page.UntilAsync("/api/overview", state => state["parts"]!.AsArray().Count > 0);

        Assert.That(HealthOf(overview, "Broker"), Is.EqualTo("unknown"));
        Assert.That(HealthOf(overview, "Gateway"), Is.EqualTo("unknown"));
        Assert.That(HealthOf(overview, "Workers for person"), Is.EqualTo("unknown"));
        Assert.That(HealthOf(overview, "Sync Gateway"), Is.EqualTo("fine"));
        Assert.That(overview["actions"]![0]!["waiting"], Is.Null);
    }

    [Test]
    public async Task Sync_Gateway_away_is_said_and_its_return_too()
    {
        await page.UntilAsync("/api/overview", state => HealthOf(state, "Sync Gateway") == "fine");
        syncGateway.Gateway.Faults = new() { ErrorRate = 1 };

        await page.UntilAsync("/api/overview", state => HealthOf(state, "Sync Gateway") == "trouble");
        var found = await page.GetAsync("/api/document?id=luke");
        syncGateway.Gateway.Faults = new();

        Assert.That(found["state"]!.GetValue<string>(), Is.EqualTo("unknown"));
        Assert.That(found["headline"]!.GetValue<string>(), Does.StartWith("Sync Gateway cannot be used"));
        await page.UntilAsync("/api/overview", state => HealthOf(state, "Sync Gateway") == "fine");
    }

    [TestCase("""{"action":"person_success","person":{"name":"Luke"}}""", "success", "It is done: the result is in the document.")]
    [TestCase("""{"action":"person_failure","error":{"code":"person_not_found","message":"There is none.","attempts":1}}""", "failure", "after 1 attempt(s): person_not_found: There is none.")]
    [TestCase("""{"action":"person_failure","error":7}""", "failure", "no reason given")]
    [TestCase("""{"action":"persno_request"}""", "request", "asks for persno_request, which no worker of this version performs")]
    [TestCase("""{"action":"something"}""", "other", "asks for nothing")]
    [TestCase("""{"note":1}""", "other", "asks for nothing")]
    public async Task A_document_is_explained(string body, string state, string words)
    {
        await syncGateway.Admin.PutAsync("db/luke", new StringContent(body, Encoding.UTF8, "application/json"));

        var found = await page.GetAsync("/api/document?id=luke");

        Assert.That(found["state"]!.GetValue<string>(), Is.EqualTo(state));
        Assert.That(found["headline"]!.GetValue<string>(), Does.Contain(words));
        Assert.That(found["body"], Is.Null);
        Assert.That(page.Log, Is.Empty);
    }

    [TestCase("", "in the memory of the gateway's own process", "./dev run --rabbitmq")]
    [TestCase(""","notBefore":"9999-01-01T00:00:00Z" """, "not due yet", null)]
    public async Task Without_a_broker_a_request_is_explained_as_far_as_its_document_does(string more, string words, string? advice)
    {
        var body = $$"""{"action":"person_request"{{more}}}""";
        await syncGateway.Admin.PutAsync("db/luke", new StringContent(body, Encoding.UTF8, "application/json"));

        var found = await page.GetAsync("/api/document?id=luke");

        Assert.That(found["headline"]!.GetValue<string>(), Does.Contain(words));
        Assert.That((string?)found["advice"], advice is null ? Is.Null : Does.Contain(advice).And.Not.Contain("Mend"));
    }

    [Test]
    public async Task A_missing_document_is_said_to_be_missing() =>
        Assert.That((await page.GetAsync("/api/document?id=nobody"))["state"]!.GetValue<string>(), Is.EqualTo("missing"));

    [Test]
    public async Task A_body_is_shown_only_if_asked_for_and_that_is_logged()
    {
        await syncGateway.Admin.PutAsync("db/luke", JsonContent.Create(new { action = "person_success", secret = "a secret" }));

        var hidden = await page.Http.GetStringAsync("/document?id=luke");
        var shown = await page.Http.GetStringAsync("/document?id=luke&body=true");

        Assert.That(hidden, Does.Not.Contain("a secret"));
        Assert.That(shown, Does.Contain("a secret"));
        Assert.That(page.Log, Is.EqualTo(new[] { "8005 local was shown the document luke of db" }));
    }

    [TestCaseSource(typeof(OddIds), nameof(OddIds.All))]
    public async Task A_document_with_an_odd_id_is_found(string id)
    {
        // Not by PUT: an HTTP client would tidy the path up.
        using var written = await syncGateway.Admin.PostAsJsonAsync("db/_bulk_docs", new { docs = new[] { new { _id = id, action = "person_success" } } });

        var found = await page.GetAsync($"/api/document?id={Uri.EscapeDataString(id)}");
        var html = await page.Http.GetStringAsync($"/document?id={Uri.EscapeDataString(id)}");

        Assert.That(found["state"]!.GetValue<string>(), Is.EqualTo("success"));
        Assert.That(html, Does.Contain("It is done"));
    }

    [Test]
    public async Task No_text_of_a_document_becomes_HTML()
    {
        const string Evil = "<img src=x onerror=alert(1)>\"'&";
        await syncGateway.Admin.PutAsync(
            $"db/{Uri.EscapeDataString(Evil)}", JsonContent.Create(new { action = "person_failure", error = new { code = Evil, message = Evil } }));

        var html = await page.Http.GetStringAsync($"/document?id={Uri.EscapeDataString(Evil)}&body=true");

        Assert.That(html, Does.Not.Contain("<img").And.Contain("&lt;img src=x"));
    }

    [Test]
    public async Task Open_requests_are_found()
    {
        await syncGateway.Admin.PutAsync("db/luke", JsonContent.Create(new { action = "person_request" }));
        await syncGateway.Admin.PutAsync("db/leia", JsonContent.Create(new { action = "person_success" }));

        var job = await page.RunJobAsync("/api/reconcile", new { });

        Assert.That(job["state"]!.GetValue<string>(), Is.EqualTo("done"));
        Assert.That(job["rows"]!.AsArray().Select(row => (string?)row!["document"]), Is.EqualTo(new[] { "luke" }));
    }

    [Test]
    public async Task A_search_that_takes_long_can_be_stopped()
    {
        using var answer = await page.Http.PostAsJsonAsync("/api/reconcile", new { olderThan = "10m" });
        var id = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["id"]!.GetValue<string>();

        using var stopped = await page.Http.PostAsync($"/api/jobs/{id}/stop", null);

        Assert.That((await page.UntilEndedAsync(id))["state"]!.GetValue<string>(), Is.EqualTo("stopped"));
    }

    [Test]
    public async Task The_API_describes_itself()
    {
        var description = await page.GetAsync("/api/openapi.json");

        Assert.That(
            description["paths"]!.AsObject().Select(path => path.Key),
            Is.SupersetOf(new[] { "/api/overview", "/api/services", "/api/dead-letters", "/api/dead-letters/replay", "/api/document", "/api/jobs/{id}" })
                .And.None.EqualTo("/dead-letters"));
    }

    [Test]
    public async Task Browsers_are_told_when_the_state_was_read()
    {
        using var answer = await page.Http.GetAsync("/api/events", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var lines = new List<string?>();
        while (lines.Count(line => line == "event: state") < 2)
        {
            lines.Add(await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        }

        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
        Assert.That(lines.Distinct().Count(line => line?.StartsWith("data: ", StringComparison.Ordinal) is true), Is.GreaterThanOrEqualTo(1));
    }

    private static string? HealthOf(JsonNode overview, string part) =>
        overview["parts"]!.AsArray().FirstOrDefault(candidate => (string?)candidate!["name"] == part)?["health"]?.GetValue<string>();
}
