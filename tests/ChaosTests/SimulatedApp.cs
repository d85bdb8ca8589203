using System.Text.Json.Nodes;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.Chaos;

/// <summary>An app that changes one document: it reads, edits and writes, and starts over after a conflict.</summary>
internal sealed class SimulatedApp(Database database, string id)
{
    private readonly List<string> accepted = [];

    public string Id => id;

    /// <summary>The last note that was accepted.</summary>
    public int Note { get; private set; }

    /// <summary>The revisions that this app wrote and Sync Gateway accepted, without the first.</summary>
    public IReadOnlyList<string> Accepted => accepted;

    /// <summary>The number of revisions that this app wrote.</summary>
    public int Revisions => 1 + accepted.Count;

    /// <summary>Changes the note several times, and no other field.</summary>
    public async Task EditAsync(int times)
    {
        for (var edit = 0; edit < times; edit++)
        {
            await WriteAsync(document => document["note"] = Note + 1);
            Note++;
        }
    }

    /// <summary>Sets the document's <c>action</c>.</summary>
    public Task SetActionAsync(string action) => WriteAsync(document => document["action"] = action);

    /// <summary>Waits until its request has a result.</summary>
    public Task UntilFinishedAsync() => Wait.UntilAsync($"{id} has a result", async () =>
        (string?)(await database.GetAsync(id))["action"] is "person_success" or "person_failure");

    /// <summary>Deletes the document.</summary>
    public Task DeleteAsync() => WriteUntilAcceptedAsync(async document => await database.TryDeleteAsync(id, (string)document["_rev"]!));

    private Task WriteAsync(Action<JsonObject> edit) => WriteUntilAcceptedAsync(async document =>
    {
        var revision = (string)document["_rev"]!;
        document.Remove("_revisions");
        edit(document);
        return await database.TryPutAsync(id, document.ToJsonString(), revision);
    });

    private async Task WriteUntilAcceptedAsync(Func<JsonObject, Task<string?>> write)
    {
        string? revision;
        do
        {
            revision = await write(await database.GetAsync(id));
        }
        while (revision is null);

        accepted.Add(revision);
    }
}
