using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Tests.Emulators;
using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.Operator;

/// <summary>Documents with odd ids: the operator sees each in full, selects it by its id, and replays it.</summary>
[Category("Broker")]
public sealed class OddIdTests
{
    [Test]
    public async Task Every_failed_document_is_listed_and_replayed()
    {
        await using var rig = await StartAsync();
        await FailAllAsync(rig);

        var table = await rig.RunAsync("dead-letters", "list");
        var list = await rig.RunAsync("dead-letters", "list", "--json");
        foreach (var id in OddIds.All)
        {
            var replay = await rig.RunAsync("dead-letters", "replay", $"--document={id}", "--json");
            Assert.That((replay.ExitCode, (string?)replay.Rows.Single()["outcome"]), Is.EqualTo((0, "reopened")), $"{id}: {replay.Output}{replay.Error}");
        }

        Assert.That(table.Output.Split('\n'), Has.Length.EqualTo(OddIds.All.Count + 3), table.Output);
        Assert.That(table.Output.Replace("\n", "", StringComparison.Ordinal), Does.Not.Match(@"\p{Cc}"));
        Assert.That(list.Rows.Select(row => (string?)row["document"]), Is.EquivalentTo(OddIds.All));
        Assert.That((await DocumentsAsync(rig)).Select(document => (string?)document["action"]), Is.All.EqualTo("person_request"));
        Assert.That(await rig.ReadyAsync(Queues.Error), Is.Zero);
    }

    [Test]
    public async Task Every_open_request_is_reconciled()
    {
        await using var rig = await StartAsync();
        await WriteAsync(rig, OddIds.All.Select(id => new JsonObject { ["_id"] = id, ["action"] = "person_request" }));

        var found = await rig.RunAsync("reconcile", "--json");

        Assert.That(found.Rows.Select(row => (string?)row["document"]), Is.EquivalentTo(OddIds.All), found.Error);
    }

    private static async Task FailAllAsync(OperatorRig rig)
    {
        await WriteAsync(rig, OddIds.All.Select(id => new JsonObject
        {
            ["_id"] = id,
            ["action"] = "person_failure",
            ["error"] = new JsonObject { ["code"] = "person_not_found" },
        }));
        foreach (var document in await DocumentsAsync(rig))
        {
            await rig.AddDeadLetterAsync(
                Request((string)document["_id"]!, "1-a"),
                headers: (FailureHeaders.Revision, (string)document["_rev"]!));
        }
    }

    private static async Task WriteAsync(OperatorRig rig, IEnumerable<JsonObject> documents)
    {
        var answer = await rig.Documents.PostAnswerAsync("_bulk_docs", new JsonObject { ["docs"] = new JsonArray([.. documents]) }.ToJsonString());
        Assert.That(answer.Json.AsArray().Select(row => (string?)row!["reason"]), Is.All.Null);
    }

    private static async Task<IEnumerable<JsonNode>> DocumentsAsync(OperatorRig rig) =>
        (await rig.Documents.GetAnswerAsync("_all_docs?include_docs=true")).Json["rows"]!.AsArray().Select(row => row!["doc"]!);
}
