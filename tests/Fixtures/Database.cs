using System.Globalization;
using System.Text.Json.Nodes;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.Pipeline;

/// <summary>The database <c>db</c> over HTTP, as an app uses it. A refused request fails the test.</summary>
internal sealed class Database(Uri syncGateway) : IDisposable
{
    private const int Parallel = 16;

    private readonly HttpClient http = new() { BaseAddress = new Uri(syncGateway, "db/"), Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Writes a document, or with <paramref name="revision"/> its next revision, and returns the new revision.</summary>
    public async Task<string> PutAsync(string id, string json, string? revision = null)
    {
        var answer = await http.PutAnswerAsync(PathOf(id) + (revision is null ? "" : $"?rev={revision}"), json);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return answer.Revision;
    }

    /// <summary>Writes a new document under each id, in one request. So the ids are in no path.</summary>
    public async Task WriteAllAsync(IEnumerable<string> ids, string json)
    {
        var documents = ids.Select(id => new JsonObject(JsonNode.Parse(json)!.AsObject().Select(property => KeyValuePair.Create(property.Key, property.Value?.DeepClone()))) { ["_id"] = id });
        var answer = await http.PostAnswerAsync("_bulk_docs", new JsonObject { ["docs"] = new JsonArray([.. documents]) }.ToJsonString());
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        Assert.That(answer.Json.AsArray().Select(row => (string?)row!["reason"]), Is.All.Null);
    }

    /// <summary>Deletes a document.</summary>
    public async Task DeleteAsync(string id, string revision)
    {
        var answer = await http.DeleteAnswerAsync($"{PathOf(id)}?rev={revision}");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    /// <summary>Writes the next revision of a document and returns it; null after a conflict.</summary>
    public async Task<string?> TryPutAsync(string id, string json, string revision) =>
        Taken(await http.PutAnswerAsync($"{PathOf(id)}?rev={revision}", json), 201);

    /// <summary>Deletes a document and returns the revision of the deletion; null after a conflict.</summary>
    public async Task<string?> TryDeleteAsync(string id, string revision) =>
        Taken(await http.DeleteAnswerAsync($"{PathOf(id)}?rev={revision}"), 200);

    /// <summary>Whether a document with that id exists and is not deleted.</summary>
    public async Task<bool> ExistsAsync(string id)
    {
        var answer = await http.GetAnswerAsync(PathOf(id));
        Assert.That(answer.Status, Is.AnyOf(200, 404), answer.Text);
        return answer.Status == 200;
    }

    /// <summary>The text of a document, unchanged, with the history of its revisions.</summary>
    public async Task<string> TextAsync(string id)
    {
        var answer = await http.GetAnswerAsync(PathOf(id) + "?revs=true&show_exp=true");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Text;
    }

    /// <summary>A document with the history of its revisions.</summary>
    public async Task<JsonObject> GetAsync(string id) => JsonNode.Parse(await TextAsync(id))!.AsObject();

    /// <summary>Documents by their ids, each with the history of its revisions.</summary>
    public async Task<IReadOnlyDictionary<string, JsonObject>> GetAsync(IEnumerable<string> ids)
    {
        var read = new System.Collections.Concurrent.ConcurrentDictionary<string, JsonObject>();
        await System.Threading.Tasks.Parallel.ForEachAsync(ids, Bounded, async (id, _) => read[id] = await GetAsync(id));
        return read;
    }

    /// <summary>All documents that are not deleted, by their ids, without history, in one request.</summary>
    public async Task<IReadOnlyDictionary<string, JsonObject>> AllAsync()
    {
        const string All = "_all_docs?include_docs=true";
        Wire.Answer answer;
        try
        {
            answer = await http.GetAnswerAsync(All);
        }
        catch (HttpRequestException error) when (error.InnerException is IOException)
        {
            // The connection was kept from before Sync Gateway restarted. The second request opens a new one.
            answer = await http.GetAnswerAsync(All);
        }

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json["rows"]!.AsArray().ToDictionary(row => (string)row!["id"]!, row => row!["doc"]!.AsObject());
    }

    /// <summary>
    /// Writes <paramref name="count"/> person requests, several at a time, and returns their ids. One of
    /// <paramref name="bulkEvery"/> is in the bulk lane; none when that is null.
    /// </summary>
    public async Task<IReadOnlyList<string>> WriteRequestsAsync(int count, string prefix = "request", int? bulkEvery = null)
    {
        string[] ids =
        [
            .. Enumerable.Range(1, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number:D5}")),
        ];
        await System.Threading.Tasks.Parallel.ForEachAsync(
            ids.Index(),
            Bounded,
            async (id, _) => await PutAsync(
                id.Item,
                id.Index % bulkEvery == 0 ? """{"action":"person_request","priority":"bulk"}""" : """{"action":"person_request"}"""));
        return ids;
    }

    public void Dispose() => http.Dispose();

    private static string? Taken(Wire.Answer answer, int status)
    {
        Assert.That(answer.Status, Is.AnyOf(status, 409), answer.Text);
        return answer.Status == status ? answer.Revision : null;
    }

    private static ParallelOptions Bounded => new() { MaxDegreeOfParallelism = Parallel };

    private static string PathOf(string id) => Uri.EscapeDataString(id);
}
