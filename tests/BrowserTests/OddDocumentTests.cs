using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

/// <summary>Documents that other programs have written: no document stops the sync of all others.</summary>
public sealed class OddDocumentTests : PageTests
{
    private static readonly IReadOnlyList<string> Ids = OddIds.All;

    [Test]
    public async Task Documents_with_odd_ids_sync_in_both_directions()
    {
        await WriteAsync(Ids.Select(id => Done(id)));
        var phone = await Backend.OpenAsync();
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(Ids.Count, new() { Timeout = 20_000 });

        await phone.AskAsync(1);
        await ExpectLukeAsync(phone);
        foreach (var field in await phone.Page.GetByLabel("Note for Odd").AllAsync())
        {
            await field.FillAsync("from the phone");
            await field.PressAsync("Enter");
        }

        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        Assert.That(await Dev.Eventually.IsAsync(async () => (await NotesAsync()).Count == Ids.Count), Is.True);
        Assert.That(phone.Problems, Is.Empty);
    }

    [Test]
    public async Task A_conflict_of_a_document_with_an_odd_id_is_resolved_also_when_it_was_deleted()
    {
        await WriteAsync(Ids.Select(id => Done(id)));
        var phone = await Backend.OpenAsync();
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(Ids.Count, new() { Timeout = 20_000 });
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        await phone.SetOfflineAsync();
        foreach (var field in await phone.Page.GetByLabel("Note for Odd").AllAsync())
        {
            await field.FillAsync("from the phone");
            await field.PressAsync("Enter");
        }

        var revisions = await RevisionsAsync();
        await WriteAsync(Ids.Select(id =>
            id is "."
                ? new JsonObject { ["_id"] = id, ["_rev"] = revisions[id], ["_deleted"] = true }
                : Done(id, revisions[id], ("extra", 7))));
        await phone.SetOfflineAsync(false);

        Assert.That(await Dev.Eventually.IsAsync(async () => (await NotesAsync()).Count == Ids.Count - 1), Is.True);
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        Assert.That((await NotesAsync()).Select(doc => (int?)doc["extra"]), Is.All.EqualTo(7));
        Assert.That(phone.Problems, Is.Empty);
    }

    [Test]
    public async Task Documents_that_PouchDB_cannot_store_as_they_are_do_not_stop_the_others()
    {
        var deep = JsonNode.Parse(new string('[', 60) + new string(']', 60));
        await WriteAsync([
            Done("own-underscore", field: ("_own", 1)),
            Done("deep", field: ("deep", deep)),
            Done("last"),
        ]);
        var phone = await Backend.OpenAsync();

        await Assertions.Expect(phone.Cards).ToHaveCountAsync(3, new() { Timeout = 20_000 });
        await phone.AskAsync(1);
        await ExpectLukeAsync(phone);
    }

    [Test]
    public async Task Attachments_arrive_with_their_document()
    {
        var large = Convert.ToBase64String(Enumerable.Range(0, 5000).Select(number => (byte)number).ToArray());
        var attachments = new JsonObject
        {
            ["small.txt"] = new JsonObject { ["data"] = "aGVsbG8=", ["content_type"] = "text/plain" },
            ["large"] = new JsonObject { ["data"] = large, ["content_type"] = "image/png" },
        };
        var document = Done("..");
        document["_attachments"] = attachments;
        await WriteAsync([document]);
        var phone = await Backend.OpenAsync();
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(1, new() { Timeout = 20_000 });
        await phone.Page.GetByLabel("Note for Odd").FillAsync("from the phone");
        await phone.Page.Keyboard.PressAsync("Enter");
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");

        Assert.That(await Dev.Eventually.IsAsync(async () => (await NotesAsync()).Count == 1), Is.True);
        var stored = (await DocumentsAsync()).Single()["_attachments"]!.AsObject();
        Assert.That(
            stored.Select(one => (one.Key, (int?)one.Value!["length"])),
            Is.EquivalentTo(new[] { ("small.txt", (int?)5), ("large", 5000) }));
    }

    [Test]
    public async Task A_thousand_documents_are_pulled_without_a_request_for_each()
    {
        await WriteAsync(Enumerable.Range(0, 1000).Select(number => Done($"person-{number:0000}")));
        var phone = await Backend.OpenAsync();
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(1000, new() { Timeout = 60_000 });

        var requests = await phone.Page.EvaluateAsync<double[]>("""
            () => {
                const entries = performance.getEntriesByType('resource').filter(entry => entry.name.includes('/db/'));
                const pulled = entries.filter(entry => entry.name.includes('_bulk_get'));
                const started = Math.min(...entries.map(entry => entry.startTime));
                return [entries.length, Math.max(...pulled.map(entry => entry.responseEnd)) - started];
            }
            """);
        TestContext.Out.WriteLine($"{requests[0]} requests, pulled within {requests[1]:0} ms");
        Assert.That(requests[0], Is.LessThan(100));
        Assert.That(requests[1], Is.LessThan(4000));
    }

    private static Task ExpectLukeAsync(Device phone) =>
        Assertions.Expect(phone.InState("done").Filter(new() { HasText = "Luke Skywalker" })).ToHaveCountAsync(1, new() { Timeout = 20_000 });

    private static JsonObject Done(string id, string? revision = null, (string Name, JsonNode? Value)? field = null)
    {
        var document = new JsonObject { ["_id"] = id, ["action"] = "person_success", ["person"] = new JsonObject { ["name"] = "Odd" } };
        if (revision is not null)
        {
            document["_rev"] = revision;
        }

        if (field is var (name, value))
        {
            document[name] = value;
        }

        return document;
    }

    private async Task WriteAsync(IEnumerable<JsonObject> documents)
    {
        var body = new JsonObject { ["docs"] = new JsonArray([.. documents]) };
        using var response = await Backend.Admin.PostAsJsonAsync("_bulk_docs", body);
        response.EnsureSuccessStatusCode();
        var rows = (await response.Content.ReadFromJsonAsync<JsonArray>())!;
        Assert.That(rows.Select(row => (string?)row!["reason"]), Is.All.Null);
    }

    private async Task<List<JsonObject>> DocumentsAsync()
    {
        var all = await Backend.Admin.GetFromJsonAsync<JsonObject>("_all_docs?include_docs=true");
        return [.. all!["rows"]!.AsArray().Select(row => row!["doc"]!.AsObject())];
    }

    private async Task<Dictionary<string, string>> RevisionsAsync() =>
        (await DocumentsAsync()).ToDictionary(doc => (string)doc["_id"]!, doc => (string)doc["_rev"]!);

    private async Task<List<JsonObject>> NotesAsync() =>
        [.. (await DocumentsAsync()).Where(doc => (string?)doc["note"] == "from the phone")];
}
