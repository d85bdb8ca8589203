using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

public sealed class SessionTests : PageTests
{
    private Device phone = null!;

    [SetUp]
    public async Task Open() => phone = await Backend.OpenInterceptableAsync();

    [Test]
    public async Task Requests_made_before_signing_in_are_kept_and_sent_after_it()
    {
        await Device.ExpectTextAsync(phone.Connection, "Sign-in needed");
        await phone.AskAsync(1);
        await phone.ExpectCardsAsync(1, "saved");

        await SignInAsync("mia", "wrong");
        await Assertions.Expect(phone.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Name or password is wrong.");
        await phone.ExpectCardsAsync(1, "saved");

        await SignInAsync("mia", "a-password");
        await phone.ExpectCardsAsync(1, "done");
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await Assertions.Expect(phone.Page.Locator("#login")).ToBeHiddenAsync();
    }

    [Test]
    public async Task The_page_shows_that_the_session_ended_and_loses_no_request()
    {
        await AskAfterTheSessionEndedAsync();
        await Assertions.Expect(phone.Page.Locator("#login-reason")).ToContainTextAsync("Your session has ended, mia.");
        await phone.ExpectCardsAsync(1, "saved");

        await SignInAsync("mia", "a-password");
        await phone.ExpectCardsAsync(1, "done");
        await phone.Button("Sign out mia").ClickAsync();
        await Assertions.Expect(phone.Page.Locator("#login-reason")).ToContainTextAsync("who you are");
    }

    [Test]
    public async Task A_session_that_ends_before_the_server_told_its_name_is_named_as_the_user_signed_in()
    {
        await phone.Page.RouteAsync("**/db/_session", route => route.Request.Method == "GET" ? route.AbortAsync() : route.ContinueAsync());
        await AskAfterTheSessionEndedAsync();

        await Assertions.Expect(phone.Page.Locator("#login-reason")).ToContainTextAsync("Your session has ended, mia.");
    }

    [Test]
    public async Task The_layout_stays_when_a_session_ends_and_signing_in_and_out_moves_the_focus()
    {
        await SignInAsync("mia", "a-password");
        await Assertions.Expect(phone.Page.GetByRole(AriaRole.Heading, new() { Name = "Requests" })).ToBeFocusedAsync();
        await phone.AskAsync(1);
        await phone.ExpectCardsAsync(1, "done");
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        var before = await phone.GetPositionsAsync();

        (await Backend.Admin.DeleteAsync("_user/mia/_session")).EnsureSuccessStatusCode();
        await phone.Page.GetByLabel("Note for Luke Skywalker").FillAsync("a write, which is refused");
        await phone.Page.Keyboard.PressAsync("Enter");
        await Device.ExpectTextAsync(phone.Connection, "Sign-in needed");
        Assert.That(await phone.GetPositionsAsync(), Is.EqualTo(before));

        await SignInAsync("mia", "a-password");
        await phone.Button("Sign out mia").ClickAsync();
        await Assertions.Expect(phone.Page.GetByLabel("Name")).ToBeFocusedAsync();
    }

    [Test]
    public async Task Signing_out_ends_the_session_and_keeps_the_documents()
    {
        await SignInAsync("mia", "a-password");
        await phone.AskAsync(1);
        await phone.ExpectCardsAsync(1, "done");
        await phone.Button("Sign out mia").ClickAsync();

        await Device.ExpectTextAsync(phone.Connection, "Sign-in needed");
        await phone.ExpectCardsAsync(1, "done");
        await ExpectNoCookieAsync();
    }

    [Test]
    public async Task Scripts_of_the_page_cannot_read_the_session_cookie()
    {
        await SignInAsync("mia", "a-password");
        await Device.ExpectTextAsync(phone.Connection, "Online");

        var cookie = (await phone.Context.CookiesAsync()).Single();
        Assert.That((cookie.Name, cookie.Path), Is.EqualTo(("SyncGatewaySession", "/db")));
        Assert.That(await phone.Page.EvaluateAsync<string>("document.cookie"), Is.Empty);
    }

    [Test]
    public async Task Signing_out_is_shown_although_an_older_answer_of_the_server_arrives_later()
    {
        await SignInAsync("mia", "a-password");
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await Assertions.Expect(phone.Button("Sign out mia")).ToBeVisibleAsync();
        var answered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await phone.Context.RouteAsync(url => new Uri(url).AbsolutePath == "/db/", async route =>
        {
            var response = await route.FetchAsync();
            if (answered.TrySetResult())
            {
                await release.Task;
            }

            await route.FulfillAsync(new() { Response = response });
        });
        await phone.Page.EvaluateAsync("dispatchEvent(new Event('online'))");
        await answered.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await phone.Button("Sign out mia").ClickAsync();
        await ExpectNoCookieAsync();
        release.SetResult();

        await Device.ExpectTextAsync(phone.Connection, "Sign-in needed");
    }

    [Test]
    public async Task A_sign_out_that_fails_says_so_and_can_be_repeated()
    {
        await SignInAsync("mia", "a-password");
        await Device.ExpectTextAsync(phone.Connection, "Online");
        var isFailing = true;
        await phone.Context.RouteAsync("**/db/_session", route => isFailing && route.Request.Method == "DELETE"
            ? route.FulfillAsync(new() { Status = 502 })
            : route.ContinueAsync());
        await phone.Button("Sign out mia").ClickAsync();
        await Assertions.Expect(phone.Button("Sign out mia")).ToContainTextAsync("failed");

        isFailing = false;
        await phone.Button("Sign out mia").ClickAsync();
        await Device.ExpectTextAsync(phone.Connection, "Sign-in needed");
    }

    private protected override Task<PageBackend> CreateBackendAsync() => PageBackend.StartAsync(new()
    {
        PublicPort = 0,
        AdminPort = 0,
        ControlPort = null,
        Guest = false,
        Users = new Dictionary<string, string> { ["mia"] = "a-password" },
    });

    // The page may hear from a sync request that the session has ended, before the answer that deletes the cookie.
    private async Task ExpectNoCookieAsync() =>
        Assert.That(await Dev.Eventually.IsAsync(async () => (await phone.Context.CookiesAsync()).Count == 0), Is.True, "The cookie is still there");

    private async Task AskAfterTheSessionEndedAsync()
    {
        await SignInAsync("mia", "a-password");
        await Device.ExpectTextAsync(phone.Connection, "Online");
        (await Backend.Admin.DeleteAsync("_user/mia/_session")).EnsureSuccessStatusCode();

        await phone.AskAsync(1);
        await Device.ExpectTextAsync(phone.Connection, "Sign-in needed");
    }

    private async Task SignInAsync(string name, string password)
    {
        await phone.Page.GetByLabel("Name").FillAsync(name);
        await phone.Page.GetByLabel("Password").FillAsync(password);
        await phone.Button("Sign in").ClickAsync();
    }
}
