using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

public sealed class OfflineTests : PageTests
{
    [Test]
    public async Task What_is_asked_offline_survives_a_reload_and_arrives_when_the_network_returns()
    {
        var phone = await World.OpenAsync();
        await Device.SaysOfAsync(phone.Connection, "Online");
        await phone.IsKeptAsync();

        await phone.OfflineAsync();
        await Device.SaysOfAsync(phone.Connection, "Offline");
        await Assertions.Expect(phone.Page.Locator("#announcer")).ToContainTextAsync("Offline");
        for (var number = 1; number <= 3; number++)
        {
            await phone.AskAsync(number);
        }

        await phone.ShowsAsync(3, "saved");
        await phone.Page.ReloadAsync();
        await phone.ShowsAsync(3, "saved");
        await Device.SaysOfAsync(phone.Connection, "Offline");
        await Device.SaysOfAsync(phone.Unsynced, "3 not synced yet");

        await phone.OfflineAsync(false);
        await phone.ShowsAsync(3, "done");
        await Device.SaysOfAsync(phone.Connection, "Online");
        await Device.SaysOfAsync(phone.Unsynced, "Everything is synced");
    }

    [Test]
    public async Task A_server_that_cannot_be_reached_is_no_missing_network_and_is_found_again()
    {
        var phone = await World.OpenAsync();
        await Device.SaysOfAsync(phone.Connection, "Online");

        World.SyncGateway.Faults.Refuse = true;
        await Device.SaysOfAsync(phone.Connection, "Server unreachable");
        await phone.AskAsync(1);
        await phone.ShowsAsync(1, "saved");

        World.SyncGateway.Faults.Refuse = false;
        await phone.ShowsAsync(1, "done");
        await Device.SaysOfAsync(phone.Connection, "Online");
    }

    [Test]
    public async Task A_server_that_has_lost_everything_gets_it_back()
    {
        var phone = await World.OpenAsync();
        await phone.AskAsync(1);
        await phone.ShowsAsync(1, "done");
        await Device.SaysOfAsync(phone.Unsynced, "Everything is synced");

        await World.SyncGateway.RestartAsync();

        var id = await phone.OnlyIdAsync();
        Assert.That(await Dev.Eventually.IsAsync(async () => (await World.Admin.GetAsync(id)).IsSuccessStatusCode), Is.True);
        await phone.ShowsAsync(1, "done");
    }

    [Test]
    public async Task Two_tabs_show_the_same_and_the_second_goes_on_when_the_first_is_closed()
    {
        var phone = await World.OpenAsync();
        await Device.SaysOfAsync(phone.Connection, "Online");
        var second = await phone.Context.NewPageAsync();
        var replicated = new List<string>();
        second.Request += (_, request) =>
        {
            if (new Uri(request.Url).AbsolutePath.StartsWith("/db/_changes", StringComparison.Ordinal))
            {
                replicated.Add(request.Url);
            }
        };
        await second.GotoAsync(World.Url.ToString());
        await Assertions.Expect(second.Locator("#connection")).ToHaveTextAsync("Online");

        await second.GetByRole(AriaRole.Button, new() { Name = "Ask for a person" }).ClickAsync();
        await phone.ShowsAsync(1, "done");
        await Assertions.Expect(second.Locator(".card[data-state=done]")).ToHaveCountAsync(1);

        Assert.That(replicated, Is.Empty, "One tab syncs for all.");
        await phone.Page.CloseAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Ask for a person" }).ClickAsync();
        await Assertions.Expect(second.Locator(".card[data-state=done]")).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        await Assertions.Expect(second.Locator("#unsynced")).ToHaveTextAsync("Everything is synced");
        Assert.That(replicated, Is.Not.Empty);
    }

    [Test]
    public async Task What_the_server_does_not_take_says_so_and_holds_nothing_else_up()
    {
        var phone = await World.OpenAsync();
        await Device.SaysOfAsync(phone.Connection, "Online");
        await phone.IsKeptAsync();
        await phone.OfflineAsync();
        await phone.AskAsync(666);
        await phone.AskAsync(1);
        await phone.ShowsAsync(2, "saved");
        await RefuseAsync(phone.Context);

        await phone.OfflineAsync(false);
        await Assertions.Expect(phone.InState("refused")).ToContainTextAsync("not this one", new() { Timeout = 20_000 });
        await Assertions.Expect(phone.InState("done")).ToHaveCountAsync(1, new() { Timeout = 20_000 });

        await phone.Page.ReloadAsync();
        await Assertions.Expect(phone.InState("refused")).ToContainTextAsync("not this one");
    }

    [Test]
    public async Task What_was_asked_while_the_gateway_was_down_is_done_when_it_is_back()
    {
        await using var half = await World.StartWithoutServicesAsync();
        var phone = await half.OpenAsync();
        await phone.AskAsync(1);
        await phone.AskAsync(4);
        await phone.ShowsAsync(2, "waiting");
        await Device.SaysOfAsync(phone.Unsynced, "Everything is synced");

        await half.StartServicesAsync();
        await phone.ShowsAsync(2, "done");
    }

    // What a sync function does that throws({forbidden: "not this one"}).
    private static Task<IAsyncDisposable> RefuseAsync(IBrowserContext context) => context.RouteAsync("**/db/_bulk_docs", async route =>
    {
        var sent = JsonNode.Parse(route.Request.PostData!)!.AsObject();
        var documents = sent["docs"]!.AsArray();
        var bad = documents.Where(document => (int?)document!["personId"] == 666).ToList();
        var answer = await route.FetchAsync(new()
        {
            PostData = Encoding.UTF8.GetBytes(new JsonObject
            {
                ["new_edits"] = false,
                ["docs"] = new JsonArray([.. documents.Except(bad).Select(document => document!.DeepClone())]),
            }.ToJsonString()),
        });
        var rows = JsonNode.Parse(await answer.TextAsync())!.AsArray();
        foreach (var document in bad)
        {
            var row = new JsonObject { ["id"] = (string?)document!["_id"], ["error"] = "forbidden", ["reason"] = "not this one", ["status"] = 403 };
            rows.Insert(documents.IndexOf(document), row);
        }

        await route.FulfillAsync(new() { Status = 201, ContentType = "application/json", Body = rows.ToJsonString() });
    });
}
