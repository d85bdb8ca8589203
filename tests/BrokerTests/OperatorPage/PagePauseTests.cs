using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Operator;
using RabbitMQ.Client;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>An action is paused and resumed over the API and the page, on a real broker.</summary>
[Category("Broker")]
public sealed class PagePauseTests
{
    private OperatorRig rig = null!;
    private OperatorPageHost page = null!;

    [SetUp]
    public async Task Start()
    {
        rig = await OperatorRig.StartAsync();
        page = await OperatorPageHost.StartAsync(
            rig.Gateway.AdminUrl, rig.Bus, ("Operator:Users:0", "anna:act:a password to act"), ("Operator:Users:1", "lena:look:a password to look"));
        page.Http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("anna:a password to act"u8));
    }

    [TearDown]
    public async Task Stop()
    {
        await page.DisposeAsync();
        await rig.DisposeAsync();
    }

    [Test]
    public async Task Who_paused_an_action_is_shown_everywhere_and_written_to_the_log()
    {
        var paused = await PostAsync("pause", new { reason = "SWAPI is being moved", confirm = "person" });
        var again = await PostAsync("pause", new { reason = "again", confirm = "person" });

        Assert.That(((bool?)paused["paused"], (string?)paused["by"], (bool?)paused["changed"]), Is.EqualTo((true, "anna", true)));
        Assert.That(((string?)again["reason"], (bool?)again["changed"]), Is.EqualTo(("SWAPI is being moved", false)));
        var overview = await page.UntilAsync("/api/overview", state => HasPause(state));
        Assert.That((string?)overview["actions"]![0]!["pause"]!["reason"], Is.EqualTo("SWAPI is being moved"));
        var part = overview["parts"]!.AsArray().Single(known => (string?)known!["name"] == "Workers for person")!;
        Assert.That((string?)part["health"], Is.EqualTo("paused"));
        Assert.That((string?)part["words"], Does.Match("^Paused since .* UTC by anna: SWAPI is being moved. 0 messages wait. No worker"));
        Assert.That((await rig.RunAsync("status")).Output, Does.Contain("SWAPI is being moved"));
        Assert.That(page.Log, Has.One.StartsWith("8007 ").And.One.EqualTo("8007 anna paused person: SWAPI is being moved"));
        await rig.PutAsync("luke", """{"action":"person_request"}""");
        Assert.That((string?)(await page.GetAsync("/api/document?id=luke"))["headline"], Does.StartWith("person is paused since "));

        var resumed = await PostAsync("resume", new { confirm = "person" });

        Assert.That(((bool?)resumed["paused"], (bool?)resumed["changed"]), Is.EqualTo((false, true)));
        Assert.That(page.Log, Has.One.Match("^8008 anna resumed person, which was paused since .* UTC by anna: SWAPI is being moved$"));
        await page.UntilAsync("/api/overview", state => !HasPause(state) && HealthOfWorkers(state) == "trouble");
        Assert.That(await rig.ReadyAsync(OperatorRig.Queues.Paused), Is.Zero);
    }

    [Test]
    public async Task Who_looked_at_a_pause_before_it_was_another_one_does_not_end_it([Values] bool byForm)
    {
        var seen = await PostAsync("pause", new { reason = "SWAPI is being moved", confirm = "person" });
        await PostAsync("resume", new { confirm = "person" });
        var newer = await PostAsync("pause", new { reason = "it was moved to the wrong place", confirm = "person" });

        using var refused = byForm
            ? await page.Http.PostAsync(
                "/pause", new FormUrlEncodedContent([new("act", "resume"), new("action", "person"), new("since", (string?)seen["since"])]))
            : await page.Http.PostAsJsonAsync("/api/actions/person/resume", new { confirm = "person", since = (string?)seen["since"] });

        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("That is not the pause that you saw").And.Contain("it was moved to the wrong place"));
        Assert.That(await Eventually.IsAsync(async () => await rig.ReadyAsync(OperatorRig.Queues.Paused) == 1), Is.True);
        await page.UntilAsync("/api/overview", state => HasPause(state));
        Assert.That(
            await page.Http.GetStringAsync("/pause?action=person"),
            Does.Match("name=\"since\" value=\"[0-9T:.-]+(Z|\\+00:00|&#x2B;00:00)\""),
            "The form names the pause that is seen.");
        Assert.That((bool)(await PostAsync("resume", new { confirm = "person", since = (string?)newer["since"] }))["changed"]!, Is.True);
    }

    [Test]
    public async Task A_hostile_reason_is_text_on_the_page_and_in_the_log()
    {
        const string Hostile = "<script>alert(1)</script>\u202e\u001b[31m\nforged";
        using var answer = await page.Http.PostAsync(
            "/pause", new FormUrlEncodedContent([new("act", "pause"), new("action", "person"), new("reason", Hostile)]));
        await page.UntilAsync("/api/overview", state => HasPause(state));

        foreach (var path in new[] { "/", "/pause?action=person", "/document?id=luke" })
        {
            Assert.That(await page.Http.GetStringAsync(path), Does.Not.Contain("<script>alert").And.Not.Contain("\u202e").And.Not.Contain("\u001b"), path);
        }

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(page.Log, Has.One.EqualTo("8007 anna paused person: <script>alert(1)</script>\\u202E\\u001B[31m\\u000Aforged"));
    }

    [Test]
    public async Task Who_may_look_sees_the_pause_and_no_button()
    {
        await PostAsync("pause", new { reason = "moved", confirm = "person" });
        await page.UntilAsync("/api/overview", state => HasPause(state));
        using var lena = page.CreateClient("lena:a password to look");

        Assert.That(await lena.GetStringAsync("/pause?action=person"), Does.Contain("moved").And.Contain("Your role is look").And.Not.Contain("<button"));
    }

    [Test]
    public async Task The_page_reads_the_message_once_a_minute_however_often_it_reads_the_queues()
    {
        await PostAsync("pause", new { reason = "moved", confirm = "person" });
        var readings = new HashSet<string>();
        await page.UntilAsync("/api/overview", state =>
        {
            readings.Add((string)state["at"]!);
            return readings.Count >= 6;
        });

        var message = (await rig.Channel.BasicGetAsync(OperatorRig.Queues.Paused, autoAck: true))!;

        Assert.That(CountReads(message.BasicProperties), Is.LessThan(3));
    }

    /// <summary>RabbitMQ 4.3 counts a message that was given back under another name than older versions.</summary>
    private static long CountReads(IReadOnlyBasicProperties properties) =>
        new[] { "x-acquired-count", "x-delivery-count" }.Max(name => properties.Headers is { } headers && headers.TryGetValue(name, out var count)
            ? Convert.ToInt64(count, System.Globalization.CultureInfo.InvariantCulture)
            : 0);

    private async Task<JsonNode> PostAsync(string act, object request)
    {
        using var answer = await page.Http.PostAsJsonAsync($"/api/actions/person/{act}", request);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), body);
        return JsonNode.Parse(body)!;
    }

    private static bool HasPause(JsonNode state) => state["actions"]!.AsArray().Any(action => action!["pause"] is not null);

    private static string? HealthOfWorkers(JsonNode state) => state["parts"]!.AsArray()
        .Where(part => (string?)part!["name"] == "Workers for person")
        .Select(part => (string?)part!["health"])
        .FirstOrDefault();
}
