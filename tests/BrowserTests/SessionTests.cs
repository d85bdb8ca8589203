using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

public sealed class SessionTests : PageTests
{
    private Device phone = null!;

    [SetUp]
    public async Task Open() => phone = await World.OpenAsync();

    [Test]
    public async Task Without_a_session_requests_are_kept_and_sent_after_signing_in()
    {
        await Device.SaysOfAsync(phone.Connection, "Sign-in needed");
        await phone.AskAsync(1);
        await phone.ShowsAsync(1, "saved");

        await SignInAsync("mia", "wrong");
        await Assertions.Expect(phone.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Name or password is wrong.");
        await phone.ShowsAsync(1, "saved");

        await SignInAsync("mia", "a-password");
        await phone.ShowsAsync(1, "done");
        await Device.SaysOfAsync(phone.Connection, "Online");
        await Assertions.Expect(phone.Page.Locator("#login")).ToBeHiddenAsync();
    }

    [Test]
    public async Task A_session_that_ends_is_said_and_nothing_is_lost()
    {
        await SignInAsync("mia", "a-password");
        await Device.SaysOfAsync(phone.Connection, "Online");
        (await World.Admin.DeleteAsync("_user/mia/_session")).EnsureSuccessStatusCode();

        await phone.AskAsync(1);
        await Device.SaysOfAsync(phone.Connection, "Sign-in needed");
        await Assertions.Expect(phone.Page.Locator("#login-reason")).ToContainTextAsync("Your session has ended, mia.");
        await phone.ShowsAsync(1, "saved");

        await SignInAsync("mia", "a-password");
        await phone.ShowsAsync(1, "done");
        await phone.Button("Sign out mia").ClickAsync();
        await Assertions.Expect(phone.Page.Locator("#login-reason")).ToContainTextAsync("who you are");
    }

    [Test]
    public async Task Nothing_moves_when_a_session_ends_and_the_keyboard_finds_its_way_in_and_out()
    {
        await SignInAsync("mia", "a-password");
        await Assertions.Expect(phone.Page.GetByRole(AriaRole.Heading, new() { Name = "Requests" })).ToBeFocusedAsync();
        await phone.AskAsync(1);
        await phone.ShowsAsync(1, "done");
        await Device.SaysOfAsync(phone.Unsynced, "Everything is synced");
        var before = await phone.PlacesAsync();

        (await World.Admin.DeleteAsync("_user/mia/_session")).EnsureSuccessStatusCode();
        await phone.Page.GetByLabel("Note for Luke Skywalker").FillAsync("a write, which is refused");
        await phone.Page.Keyboard.PressAsync("Enter");
        await Device.SaysOfAsync(phone.Connection, "Sign-in needed");
        Assert.That(await phone.PlacesAsync(), Is.EqualTo(before));

        await SignInAsync("mia", "a-password");
        await phone.Button("Sign out mia").ClickAsync();
        await Assertions.Expect(phone.Page.GetByLabel("Name")).ToBeFocusedAsync();
    }

    [Test]
    public async Task Signing_out_ends_the_session_and_keeps_the_documents()
    {
        await SignInAsync("mia", "a-password");
        await phone.AskAsync(1);
        await phone.ShowsAsync(1, "done");
        await phone.Button("Sign out mia").ClickAsync();

        await Device.SaysOfAsync(phone.Connection, "Sign-in needed");
        await phone.ShowsAsync(1, "done");
        Assert.That((await phone.Context.CookiesAsync()).Select(cookie => cookie.Name), Is.Empty);
    }

    [Test]
    public async Task The_cookie_is_out_of_reach_of_the_page()
    {
        await SignInAsync("mia", "a-password");
        await Device.SaysOfAsync(phone.Connection, "Online");

        var cookie = (await phone.Context.CookiesAsync()).Single();
        Assert.That((cookie.Name, cookie.Path), Is.EqualTo(("SyncGatewaySession", "/db")));
        Assert.That(await phone.Page.EvaluateAsync<string>("document.cookie"), Is.Empty);
    }

    private protected override Task<World> NewWorldAsync() => World.StartAsync(new()
    {
        PublicPort = 0,
        AdminPort = 0,
        ControlPort = null,
        Guest = false,
        Users = new Dictionary<string, string> { ["mia"] = "a-password" },
    });

    private async Task SignInAsync(string name, string password)
    {
        await phone.Page.GetByLabel("Name").FillAsync(name);
        await phone.Page.GetByLabel("Password").FillAsync(password);
        await phone.Button("Sign in").ClickAsync();
    }
}
