using System.Globalization;
using System.Text.Json.Nodes;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.Pipeline;

/// <summary>The database <c>db</c> as an app sees it, over HTTP. Whatever is refused fails the test.</summary>
internal sealed class Database(Uri syncGateway) : IDisposable
{
    private const int Parallel = 16;

    private readonly HttpClient http = new() { BaseAddress = new Uri(syncGateway, "db/"), Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Writes a document, or with <paramref name="revision"/> its next revision, and gives the revision it has now.</summary>
    public async Task<string> PutAsync(string id, string json, string? revision = null)
    {
        var answer = await http.PutAnswerAsync(PathOf(id) + (revision is null ? "" : $"?rev={revision}"), json);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return answer.Revision;
    }

    /// <summary>Deletes a document.</summary>
    public async Task DeleteAsync(string id, string revision)
    {
        var answer = await http.DeleteAnswerAsync($"{PathOf(id)}?rev={revision}");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    /// <summary>Writes the next revision of a document and gives it, or null when somebody else was quicker.</summary>
    public async Task<string?> TryPutAsync(string id, string json, string revision) =>
        Taken(await http.PutAnswerAsync($"{PathOf(id)}?rev={revision}", json), 201);

    /// <summary>Deletes a document and gives the revision that says so, or null when somebody else was quicker.</summary>
    public async Task<string?> TryDeleteAsync(string id, string revision) => Taken(await http.DeleteAnswerAsync($"{PathOf(id)}?rev={revision}"), 200);

    /// <summary>Whether there is a living document of that id.</summary>
    public async Task<bool> ExistsAsync(string id)
    {
        var answer = await http.GetAnswerAsync(PathOf(id));
        Assert.That(answer.Status, Is.AnyOf(200, 404), answer.Text);
        return answer.Status == 200;
    }

    /// <summary>A document exactly as it is sent, with the history of its revisions.</summary>
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

    /// <summary>Every living document by its id, without history: one request for all of them.</summary>
    public async Task<IReadOnlyDictionary<string, JsonObject>> AllAsync()
    {
        var answer = await http.GetAnswerAsync("_all_docs?include_docs=true");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json["rows"]!.AsArray().ToDictionary(row => (string)row!["id"]!, row => row!["doc"]!.AsObject());
    }

    /// <summary>Writes that many requests for a person, some at a time, and gives their ids.</summary>
    public async Task<IReadOnlyList<string>> WriteRequestsAsync(int count, string prefix = "request")
    {
        string[] ids = [.. Enumerable.Range(1, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number:D5}"))];
        await System.Threading.Tasks.Parallel.ForEachAsync(ids, Bounded, async (id, _) => await PutAsync(id, """{"action":"person_request"}"""));
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
