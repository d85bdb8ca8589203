using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>The emulated SWAPI: its people, its pages and its faults.</summary>
public sealed class SwapiTests
{
    private SwapiEmulator swapi = null!;
    private HttpClient client = null!;
    private HttpClient control = null!;

    [SetUp]
    public async Task Start()
    {
        swapi = await SwapiEmulator.StartAsync(new() { Port = 0, ControlPort = 0 });
        client = new() { BaseAddress = swapi.Url };
        control = new() { BaseAddress = swapi.ControlUrl };
    }

    [TearDown]
    public async Task Stop()
    {
        client.Dispose();
        control.Dispose();
        await swapi.DisposeAsync();
    }

    [Test]
    public async Task There_are_82_people_on_nine_pages_with_their_own_addresses()
    {
        var people = new List<JsonNode>();
        var next = new Uri(swapi.Url, "people/").ToString();
        var pages = 0;
        while (next is not null)
        {
            var page = (await client.GetAnswerAsync(next)).Json;
            Assert.That((int)page["count"]!, Is.EqualTo(82));
            Assert.That((string?)page["previous"] is null, Is.EqualTo(pages == 0));
            people.AddRange(page["results"]!.AsArray()!);
            next = (string?)page["next"];
            pages++;
        }

        var urls = people.Select(person => (string)person["url"]!).ToList();
        Assert.That((people.Count, pages), Is.EqualTo((82, 9)));
        Assert.That(urls, Is.EqualTo(Enumerable.Range(1, 83).Where(id => id != 17).Select(id => $"{swapi.Url}people/{id}/")));
        Assert.That(people.Select(person => (string)person["name"]!), Is.Unique);
    }

    [TestCase("people/1/", "Luke Skywalker", "172", "19BBY")]
    [TestCase("people/1", "Luke Skywalker", "172", "19BBY")]
    [TestCase("people/16/", "Jabba Desilijic Tiure", "175", "600BBY")]
    [TestCase("people/35/", "Padmé Amidala", "185", "46BBY")]
    [TestCase("people/83/", "Tion Medon", "206", "unknown")]
    public async Task Every_value_of_a_person_is_a_string(string path, string name, string height, string birthYear)
    {
        var person = (await client.GetAnswerAsync(path)).Json;

        Assert.That(((string)person["name"]!, (string)person["height"]!, (string)person["birth_year"]!), Is.EqualTo((name, height, birthYear)));
        Assert.That(person.AsObject().Select(fact => fact.Key), Is.SupersetOf(
            ["name", "height", "mass", "hair_color", "skin_color", "eye_color", "birth_year", "gender", "homeworld", "films", "species", "url"]));
    }

    [TestCase("people/17/")]
    [TestCase("people/0/")]
    [TestCase("people/84/")]
    [TestCase("people/luke/")]
    [TestCase("people/?page=10")]
    [TestCase("people/?page=x")]
    [TestCase("ships/")]
    public async Task An_unknown_URL_is_answered_404_with_a_detail(string path)
    {
        var answer = await client.GetAnswerAsync(path);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((404, """{"detail":"Not found"}""")));
    }

    [Test]
    public async Task The_list_can_be_one_array_without_pages()
    {
        await using var plain = await SwapiEmulator.StartAsync(new() { Port = 0, ControlPort = null, PlainList = true });
        using var other = new HttpClient { BaseAddress = plain.Url };

        Assert.That((await other.GetAnswerAsync("people")).Json.AsArray(), Has.Count.EqualTo(82));
        Assert.That(plain.ControlUrl, Is.Null);
    }

    [Test]
    public async Task Requests_are_counted_by_person()
    {
        await client.GetAnswerAsync("people/1/");
        await client.GetAnswerAsync("people/1/");
        await client.GetAnswerAsync("people/17/");

        var stats = (await control.GetAnswerAsync("stats")).Json;

        Assert.That((swapi.Stats.Requests, swapi.Stats.People[1], swapi.Stats.People[17]), Is.EqualTo((3, 2, 1)));
        Assert.That((int)stats["people"]!["1"]!, Is.EqualTo(2));
        await control.DeleteAnswerAsync("stats");
        Assert.That(swapi.Stats.Requests, Is.Zero);
    }

    [Test]
    public async Task Swapi_can_be_slow_fail_throttle_and_answer_HTML()
    {
        swapi.Faults = new() { Latency = TimeSpan.FromMilliseconds(300), FailNext = 1 };
        var watch = Stopwatch.StartNew();
        Assert.That((await client.GetAnswerAsync("people/1/")).Status, Is.EqualTo(500));
        Assert.That(watch.ElapsedMilliseconds, Is.GreaterThan(280));

        await control.PutAnswerAsync("faults", """{"errorRate":1,"errorStatus":502}""");
        Assert.That((await client.GetAnswerAsync("people/1/")).Status, Is.EqualTo(502));

        await control.PutAnswerAsync("faults", """{"rateLimited":true,"retryAfter":"00:00:07"}""");
        var throttled = await client.GetAnswerAsync("people/1/");
        Assert.That((throttled.Status, throttled.Headers.RetryAfter!.Delta), Is.EqualTo((429, TimeSpan.FromSeconds(7))));

        swapi.Faults = new() { Html = true };
        var page = await client.GetAnswerAsync("people/1/");
        Assert.That((page.Status, page.ContentHeaders.ContentType!.MediaType), Is.EqualTo((200, "text/html")));

        await control.DeleteAnswerAsync("faults");
        Assert.That((await client.GetAnswerAsync("people/1/")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Swapi_can_refuse_and_reset_connections_and_hang()
    {
        swapi.Faults.Refuse = true;
        var refused = Assert.ThrowsAsync<HttpRequestException>(() => client.GetAnswerAsync("people/1/"));
        Assert.That((refused!.InnerException as SocketException)?.SocketErrorCode, Is.EqualTo(SocketError.ConnectionRefused));

        swapi.Faults = new() { Reset = true };
        Assert.ThrowsAsync<HttpRequestException>(() => client.GetAnswerAsync("people/1/"));

        swapi.Faults = new() { Hang = true };
        var hanging = client.GetAnswerAsync("people/2/");
        Assert.That(() => swapi.Stats.People.ContainsKey(2), Is.True.After(5_000, 20));
        Assert.That(hanging.IsCompleted, Is.False);
        swapi.Faults = new();
        Assert.That((await hanging).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Swapi_can_refuse_connections_while_processes_are_started()
    {
        // Until it executes its program, a new process has a copy of each socket.
        using var enough = new CancellationTokenSource();
        var starting = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!enough.IsCancellationRequested)
            {
                using var process = Process.Start(new ProcessStartInfo("hostname") { RedirectStandardOutput = true })!;
                process.WaitForExit();
            }
        })).ToArray();

        try
        {
            for (var turn = 0; turn < 2_000; turn++)
            {
                swapi.Faults.Refuse = true;
                swapi.Faults.Refuse = false;
            }
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(starting);
        }

        Assert.That((await client.GetAnswerAsync("people/1/")).Status, Is.EqualTo(200));
    }
}
