using Microsoft.Playwright;
using OfflineActions.Dev;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>The operator page in a browser, beside a real broker, gateway and workers.</summary>
[Category("Browser")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OperatorPageTests : IAsyncDisposable
{
    private readonly List<string> problems = [];
    private readonly List<IBrowserContext> contexts = [];
    private PipelineSystem system = null!;
    private OperatorPageHost host = null!;

    [SetUp]
    public async Task Start()
    {
        system = await PipelineSystem.StartAsync(new()
        {
            Environment = new Dictionary<string, string?> { ["Bus__PresenceInterval"] = "00:00:00.5", ["Bus__Delays__0"] = "00:00:00.5" },
            WorkerEnvironment = new Dictionary<string, string?> { ["Swapi__Cache"] = "false", ["Swapi__Rounds"] = "1" },
        });
        host = await StartHostAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in contexts)
        {
            await context.CloseAsync();
        }

        await host.DisposeAsync();
        await system.DisposeAsync();
    }

    [Test]
    public async Task A_dead_letter_appears_its_reason_is_read_it_is_replayed_and_the_document_succeeds([Values] bool withScript)
    {
        var page = await OpenAsync(new() { JavaScriptEnabled = withScript });
        await FailAsync("luke");
        if (!withScript)
        {
            await UntilAsync(async () => (await page.ReloadAsync())!.Ok && await page.GetByText("1 dead letter to decide on").CountAsync() > 0);
        }

        await page.GetByText("1 dead letter to decide on").ClickAsync();
        await ExpectAsync(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "luke" }), "swapi_unavailable");
        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = "luke" }).GetByRole(AriaRole.Link).Last.ClickAsync();
        await ExpectAsync(page.Locator(".headline"), "swapi_unavailable: The Star Wars archive cannot be reached at the moment.");
        system.Swapi.Faults = new();
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay…" }).ClickAsync();
        await ExpectAsync(page.GetByRole(AriaRole.Heading, new() { Level = 1 }), "Replay 1 dead letter?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay 1 dead letter" }).ClickAsync();
        if (!withScript)
        {
            await UntilAsync(async () => (await page.ReloadAsync())!.Ok && await page.GetByText("Done: 1 reopened").CountAsync() > 0);
        }

        await ExpectAsync(page.Locator(".headline"), "Done: 1 reopened");
        await system.UntilStateAsync("luke", "person_success");
        await page.GetByRole(AriaRole.Link, new() { Name = "Find a document", Exact = true }).ClickAsync();
        await page.GetByLabel("Document id").FillAsync("luke");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find out" }).ClickAsync();
        await ExpectAsync(page.Locator(".headline"), "It is done: the result is in the document.");
        Assert.That(problems, Is.Empty);
    }

    [Test]
    public async Task The_page_says_by_itself_that_no_worker_runs_and_that_one_runs_again()
    {
        var page = await OpenAsync();
        await ExpectAsync(page.Locator("#health"), "No trouble");
        await page.GetByRole(AriaRole.Link, new() { Name = "Dead letters", Exact = true }).FocusAsync();

        await system.StopWorkersAsync();

        await ExpectAsync(page.Locator("#health"), "Trouble: Workers for person");
        await ExpectAsync(page.Locator("#troubles"), "No worker runs.");
        Assert.That(await page.EvaluateAsync<string>("document.activeElement.textContent"), Is.EqualTo("Dead letters"), "The focus stays.");
        await system.StartWorkerAsync();
        await ExpectAsync(page.Locator("#health"), "No trouble");
        Assert.That(problems, Is.Empty);
    }

    [Test]
    public async Task The_page_says_that_Sync_Gateway_is_away_and_that_it_is_back()
    {
        var page = await OpenAsync();
        await ExpectAsync(page.Locator("#health"), "No trouble");
        system.SyncGateway.Faults = new() { ErrorRate = 1 };
        await ExpectAsync(page.Locator("#health"), "Sync Gateway");
        system.SyncGateway.Faults = new();
        await ExpectAsync(page.Locator("#health"), "No trouble");
    }

    [Test]
    public async Task The_page_says_that_the_operator_process_is_away_and_works_again_when_it_is_back()
    {
        var page = await OpenAsync();
        await ExpectAsync(page.Locator("#health"), "No trouble");
        var url = host.Url;
        await host.DisposeAsync();
        await ExpectAsync(page.Locator("#connection"), "What it shows is old.");

        host = await StartHostAsync(("urls", url.GetLeftPart(UriPartial.Authority)));
        await Assertions.Expect(page.Locator("#connection")).ToBeHiddenAsync(new() { Timeout = 30_000 });
    }

    [Test]
    public async Task Who_may_look_sees_everything_and_no_button()
    {
        await host.DisposeAsync();
        host = await StartHostAsync(("Operator:Users:0", "lena:look:a password to look"), ("Operator:Users:1", "anna:act:a password to act"));
        await FailAsync("luke");
        var lena = await OpenAsync(new() { HttpCredentials = new() { Username = "lena", Password = "a password to look" } });
        var anna = await OpenAsync(new() { HttpCredentials = new() { Username = "anna", Password = "a password to act" } });
        foreach (var page in new[] { lena, anna })
        {
            await page.GotoAsync(new Uri(host.Url, "/dead-letters").ToString());
            await ExpectAsync(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "luke" }), "swapi_unavailable");
        }

        await Assertions.Expect(lena.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(0);
        await Assertions.Expect(lena.GetByText("Replay")).ToHaveCountAsync(0);
        await Assertions.Expect(anna.GetByText("Replay selected")).ToHaveCountAsync(1);
    }

    [Test]
    public async Task Two_operators_who_replay_the_same_get_one_answer_each_and_the_document_one_revision()
    {
        await FailAsync("luke");
        system.Swapi.Faults = new();
        var first = await OpenAsync();
        var second = await OpenAsync();
        foreach (var page in new[] { first, second })
        {
            await page.GotoAsync(new Uri(host.Url, "/dead-letters").ToString());
            await page.GetByLabel("Select the message of luke").CheckAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Replay selected…" }).ClickAsync();
            await ExpectAsync(page.GetByRole(AriaRole.Heading, new() { Level = 1 }), "Replay 1 dead letter?");
        }

        await first.GetByRole(AriaRole.Button, new() { Name = "Replay 1 dead letter" }).ClickAsync();
        await ExpectAsync(first.Locator(".headline"), "Done: 1 reopened");
        await second.GetByRole(AriaRole.Button, new() { Name = "Replay 1 dead letter" }).ClickAsync();

        await ExpectAsync(second.Locator("main"), "Somebody else may have been quicker");
        var document = await system.UntilStateAsync("luke", "person_success");
        Assert.That((string?)document["_rev"], Does.StartWith("4-"));
    }

    [Test]
    public async Task An_action_is_paused_and_resumed_and_every_page_says_so([Values] bool withScript)
    {
        const string Reason = "SWAPI moves \"><script>alert(1)</script>";
        var page = await OpenAsync(new() { JavaScriptEnabled = withScript });
        await ReloadUntilAsync(page, withScript, page.GetByRole(AriaRole.Link, new() { Name = "Pause person…" }));
        await page.GetByRole(AriaRole.Link, new() { Name = "Pause person…" }).ClickAsync();
        await ExpectAsync(page.GetByRole(AriaRole.Heading, new() { Level = 1 }), "Pause person?");
        await page.GetByLabel("Why, for everybody who sees it").FillAsync(Reason);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause person" }).ClickAsync();
        await ExpectAsync(page.GetByRole(AriaRole.Heading, new() { Level = 1 }), "person is paused");

        await page.GetByRole(AriaRole.Link, new() { Name = "Overview" }).First.ClickAsync();
        await ExpectAsync(page.GetByRole(AriaRole.Heading, new() { Level = 1 }), "Overview");
        await ReloadUntilAsync(page, withScript, page.Locator(".part.paused").Filter(new() { HasText = Reason }));
        await ExpectAsync(page.Locator("#health"), "Paused: person");
        Assert.That(await page.Locator("#troubles").InnerTextAsync(), Is.Empty, "A pause is no trouble.");
        await page.GotoAsync(new Uri(host.Url, "/services").ToString());
        await ReloadUntilAsync(page, withScript, page.Locator("#services p.paused").Filter(new() { HasText = Reason }));
        await system.Database.PutAsync("luke", """{"action":"person_request","personId":1}""");
        await page.GotoAsync(new Uri(host.Url, "/document?id=luke").ToString());
        await ExpectAsync(page.Locator(".headline"), "person is paused since");

        await page.GotoAsync(new Uri(host.Url, "/pause?action=person").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume person" }).ClickAsync();
        await ExpectAsync(page.GetByRole(AriaRole.Heading, new() { Level = 1 }), "person is resumed");
        await system.UntilStateAsync("luke", "person_success");
        Assert.That(problems, Is.Empty);
    }

    [TestCase(ColorScheme.Light, 1280)]
    [TestCase(ColorScheme.Dark, 1280)]
    [TestCase(ColorScheme.Light, 320)]
    public async Task Axe_finds_no_violation_while_an_action_is_paused(ColorScheme scheme, int width)
    {
        var page = await OpenAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 } });
        await page.GotoAsync(new Uri(host.Url, "/pause?action=person").ToString());
        await AssertAccessibleAsync(page, "the question before a pause");
        await page.GetByLabel("Why, for everybody who sees it").FillAsync(string.Concat(Enumerable.Repeat("moved ", 33)));
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause person" }).ClickAsync();
        await AssertAccessibleAsync(page, "the answer");
        await page.GotoAsync(host.Url.ToString());
        await ExpectAsync(page.Locator("#health"), "Paused: person");
        foreach (var path in new[] { "/", "/services", "/pause?action=person", "/pause?action=none" })
        {
            await page.GotoAsync(new Uri(host.Url, path).ToString());
            await AssertAccessibleAsync(page, path);
        }

        Assert.That(problems, Is.Empty);
    }

    [TestCase(ColorScheme.Light, 1280)]
    [TestCase(ColorScheme.Dark, 320)]
    public async Task Axe_finds_no_violation_on_any_page(ColorScheme scheme, int width)
    {
        await FailAsync("luke");
        var overview = await OpenAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 } });
        await ExpectAsync(overview.Locator("#actions"), "of 1 answer in the last 5 minutes");
        Assert.That(await Axe.FindViolationsAsync(overview), Is.Empty, "The overview with numbers.");
        Assert.That(await Axe.GetOverflowAsync(overview), Is.Zero, "The overview with numbers is not wider than the screen.");
        await overview.CloseAsync();
        await system.StopWorkersAsync();
        await system.Database.PutAsync("leia", """{"action":"person_request"}""");
        var letters = await host.GetAsync("/api/dead-letters");
        var job = await host.RunJobAsync("/api/dead-letters/replay", new { filter = new { }, dryRun = true });
        var page = await OpenAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 } });
        await ExpectAsync(page.Locator("#troubles"), "No worker runs.");
        string[] paths =
        [
            "/", "/dead-letters", $"/dead-letters/message?id={letters["rows"]![0]!["id"]}&document=true", "/document", "/document?id=leia&body=true",
            "/services", "/reconcile", "/topology", "/jobs", $"/jobs/{job["id"]}", "/jobs/none",
        ];
        foreach (var path in paths)
        {
            await page.GotoAsync(new Uri(host.Url, path).ToString());
            await AssertAccessibleAsync(page, path);
        }

        Assert.That(problems, Is.Empty);
    }

    [Test]
    public async Task Everything_works_with_the_keyboard()
    {
        await FailAsync("luke");
        var page = await OpenAsync();
        await page.GotoAsync(new Uri(host.Url, "/dead-letters").ToString());
        await page.Keyboard.PressAsync("Tab");
        Assert.That(await page.EvaluateAsync<string>("document.activeElement.textContent"), Is.EqualTo("Skip to the content"));
        await page.GetByLabel("Select the message of luke").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay selected…" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Only say what would be done" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        await ExpectAsync(page.Locator("main"), "document would become a request again");
    }

    [Test]
    public async Task The_script_has_no_type_error()
    {
        await SharedBrowser.GetAsync();
        var script = Path.Combine(Repository.Root, "services", "Operator", "Serve", "Pages", "files", "operator.js");

        Assert.That(
            await WebPage.NpmAsync(
                CancellationToken.None, "exec", "--", "tsc", "--ignoreConfig", "--noEmit", "--allowJs", "--checkJs", "--strict", "--target", "es2022", "--module", "esnext",
                "--lib", "es2023,dom,dom.iterable", script),
            Is.Zero);
    }

    private Task<OperatorPageHost> StartHostAsync(params (string Key, string Value)[] settings) =>
        OperatorPageHost.StartAsync(system.SyncGateway.PublicUrl, system.BrokerUrl, [("Bus:Delays:0", "00:00:00.5"), .. settings]);

    /// <summary>Lets a request fail for good, because SWAPI is down.</summary>
    private async Task FailAsync(string id)
    {
        system.Swapi.Faults.ErrorRate = 1;
        await system.Database.PutAsync(id, """{"action":"person_request","personId":1}""");
        await system.UntilStateAsync(id, "person_failure");
        await system.UntilQueuedAsync("person-requested_error", 1);
    }

    private async Task<IPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        var context = await (await SharedBrowser.GetAsync()).NewContextAsync(options);
        contexts.Add(context);
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => problems.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase) || message.Text.Contains("Trusted", StringComparison.Ordinal))
            {
                problems.Add(message.Text);
            }
        };
        await page.GotoAsync(host.Url.ToString());
        return page;
    }

    /// <summary>Waits until the page shows something; without its script it is reloaded.</summary>
    private static async Task ReloadUntilAsync(IPage page, bool withScript, ILocator shown)
    {
        if (!withScript)
        {
            await UntilAsync(async () => (await page.ReloadAsync())!.Ok && await shown.CountAsync() > 0);
        }

        await Assertions.Expect(shown.First).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }

    private static async Task AssertAccessibleAsync(IPage page, string what)
    {
        Assert.That(await Axe.FindViolationsAsync(page), Is.Empty, what);
        Assert.That(await Axe.GetOverflowAsync(page), Is.Zero, $"{what} is not wider than the screen.");
    }

    private static Task ExpectAsync(ILocator element, string text) =>
        Assertions.Expect(element).ToContainTextAsync(text, new() { Timeout = 30_000 });

    private static async Task UntilAsync(Func<Task<bool>> condition) => Assert.That(await Eventually.IsAsync(condition), Is.True);
}
