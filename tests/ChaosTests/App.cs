using System.Text.Json.Nodes;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.Chaos;

/// <summary>An app at work on one document: it reads, edits and writes, and begins again when somebody else was quicker.</summary>
internal sealed class App(Database database, string id)
{
    private readonly List<string> accepted = [];

    public string Id => id;

    /// <summary>The last note that was accepted.</summary>
    public int Note { get; private set; }

    /// <summary>Every revision that this app has written and Sync Gateway has taken, but the first.</summary>
    public IReadOnlyList<string> Accepted => accepted;

    /// <summary>How many revisions this app has written.</summary>
    public int Revisions => 1 + accepted.Count;

    /// <summary>Writes a new note so many times, and leaves everything else as it finds it.</summary>
    public async Task EditAsync(int times)
    {
        for (var edit = 0; edit < times; edit++)
        {
            await WriteAsync(document => document["note"] = Note + 1);
            Note++;
        }
    }

    /// <summary>Sets the document's <c>action</c>.</summary>
    public Task BecomesAsync(string action) => WriteAsync(document => document["action"] = action);

    /// <summary>Waits until its request is answered.</summary>
    public Task UntilAnsweredAsync() => Scenario.UntilAsync($"{id} is answered", async () =>
        (string?)(await database.GetAsync(id))["action"] is "person_success" or "person_failure");

    /// <summary>Deletes the document.</summary>
    public Task DeleteAsync() => UntilTakenAsync(async document => await database.TryDeleteAsync(id, (string)document["_rev"]!));

    private Task WriteAsync(Action<JsonObject> edit) => UntilTakenAsync(async document =>
    {
        var revision = (string)document["_rev"]!;
        document.Remove("_revisions");
        edit(document);
        return await database.TryPutAsync(id, document.ToJsonString(), revision);
    });

    private async Task UntilTakenAsync(Func<JsonObject, Task<string?>> write)
    {
        string? taken;
        do
        {
            taken = await write(await database.GetAsync(id));
        }
        while (taken is null);

        accepted.Add(taken);
    }
}
