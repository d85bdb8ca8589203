using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

public sealed class OfflineTests : PageTests
{
    [Test]
    public async Task Offline_requests_survive_a_reload_and_are_sent_when_the_network_is_back()
    {
        var phone = await Backend.OpenAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await phone.ExpectCachedPageAsync();

        await phone.SetOfflineAsync();
        await Device.ExpectTextAsync(phone.Connection, "Offline");
        await Assertions.Expect(phone.Page.Locator("#announcer")).ToContainTextAsync("Offline");
        for (var number = 1; number <= 3; number++)
        {
            await phone.AskAsync(number);
        }

        await phone.ExpectCardsAsync(3, "saved");
        await phone.Page.ReloadAsync();
        await phone.ExpectCardsAsync(3, "saved");
        await Device.ExpectTextAsync(phone.Connection, "Offline");
        await Device.ExpectTextAsync(phone.Unsynced, "3 not synced yet");

        await phone.SetOfflineAsync(false);
        await phone.ExpectCardsAsync(3, "done");
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
    }

    [Test]
    public async Task An_unreachable_server_is_shown_differently_from_a_missing_network_and_is_found_again()
    {
        var phone = await Backend.OpenAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");

        Backend.SyncGateway.Faults.Refuse = true;
        await Device.ExpectTextAsync(phone.Connection, "Server unreachable");
        await phone.AskAsync(1);
        await phone.ExpectCardsAsync(1, "saved");

        Backend.SyncGateway.Faults.Refuse = false;
        await phone.ExpectCardsAsync(1, "done");
        await Device.ExpectTextAsync(phone.Connection, "Online");
    }

    [Test]
    public async Task A_server_that_lost_all_documents_gets_them_back()
    {
        var phone = await Backend.OpenAsync();
        await phone.AskAsync(1);
        await phone.ExpectCardsAsync(1, "done");
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");

        await Backend.SyncGateway.RestartAsync();

        var id = await phone.GetOnlyIdAsync();
        Assert.That(await Dev.Eventually.IsAsync(async () => (await Backend.Admin.GetAsync(id)).IsSuccessStatusCode), Is.True);
        await phone.ExpectCardsAsync(1, "done");
    }

    [Test]
    public async Task Two_tabs_show_the_same_and_the_second_syncs_after_the_first_is_closed()
    {
        var phone = await Backend.OpenAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");
        var second = await phone.Context.NewPageAsync();
        var replicated = new List<string>();
        second.Request += (_, request) =>
        {
            if (new Uri(request.Url).AbsolutePath.StartsWith("/db/_changes", StringComparison.Ordinal))
            {
                replicated.Add(request.Url);
            }
        };
        await second.GotoAsync(Backend.Url.ToString());
        await Assertions.Expect(second.Locator("#connection")).ToHaveTextAsync("Online");

        await second.GetByRole(AriaRole.Button, new() { Name = "Ask for a person" }).ClickAsync();
        await phone.ExpectCardsAsync(1, "done");
        await Assertions.Expect(second.Locator(".card[data-state=done]")).ToHaveCountAsync(1);

        Assert.That(replicated, Is.Empty, "Only one tab syncs.");
        await phone.Page.CloseAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Ask for a person" }).ClickAsync();
        await Assertions.Expect(second.Locator(".card[data-state=done]")).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        await Assertions.Expect(second.Locator("#unsynced")).ToHaveTextAsync("Everything is synced");
        Assert.That(replicated, Is.Not.Empty);
    }

    [Test]
    public async Task A_document_that_the_server_rejects_shows_the_reason_and_does_not_block_others()
    {
        var phone = await Backend.OpenAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await phone.ExpectCachedPageAsync();
        await phone.SetOfflineAsync();
        await phone.AskAsync(666);
        await phone.AskAsync(1);
        await phone.ExpectCardsAsync(2, "saved");
        await RejectPerson666Async(phone.Context);

        await phone.SetOfflineAsync(false);
        await Assertions.Expect(phone.InState("refused")).ToContainTextAsync("not this one", new() { Timeout = 20_000 });
        await Assertions.Expect(phone.InState("done")).ToHaveCountAsync(1, new() { Timeout = 20_000 });

        await phone.Page.ReloadAsync();
        await Assertions.Expect(phone.InState("refused")).ToContainTextAsync("not this one");
    }

    [Test]
    public async Task Requests_made_while_the_gateway_is_down_are_processed_when_it_is_back()
    {
        await using var withoutServices = await PageBackend.StartWithoutServicesAsync();
        var phone = await withoutServices.OpenAsync();
        await phone.AskAsync(1);
        await phone.AskAsync(4);
        await phone.ExpectCardsAsync(2, "waiting");
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");

        await withoutServices.StartServicesAsync();
        await phone.ExpectCardsAsync(2, "done");
    }

    // Like a sync function that does throw({forbidden: "not this one"}).
    private static Task<IAsyncDisposable> RejectPerson666Async(IBrowserContext context) => context.RouteAsync("**/db/_bulk_docs", async route =>
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
