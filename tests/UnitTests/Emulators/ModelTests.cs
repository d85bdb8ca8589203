using System.Text.Json.Nodes;
using CsCheck;

namespace OfflineActions.Tests.Emulators;

/// <summary>Random operations of three clients on five documents, compared with a simple model.</summary>
public sealed class ModelTests
{
    private static readonly string[] Ids = ["a", "b", "c/d", "e f", "é"];

    private static readonly Gen<Operation> Operations = Gen.Select(
        Gen.Enum<Kind>(), Gen.Int[0, 2], Gen.Int[0, Ids.Length - 1], Gen.Int[0, 3], (kind, client, document, value) => new Operation(kind, client, document, value));

    private enum Kind
    {
        Read,
        Write,
        WriteBlindly,
        Delete,
        Follow,
        WriteInBulk,
    }

    [Test]
    public async Task Random_operations_are_answered_like_the_model() =>
        await Operations.Array[1, 40].SampleAsync(
            async operations =>
            {
                await using var emulated = await Emulated.StartAsync();
                var run = new Run(emulated);
                foreach (var operation in operations)
                {
                    await run.DoAsync(operation);
                }

                await run.CheckAsync();
            },
            iter: 60,
            threads: 2);

    private sealed record Operation(Kind Kind, int Client, int Document, int Value);

    private sealed record Stored(string Revision, bool Deleted, int Value, int Order);

    private sealed class Run(Emulated emulated)
    {
        private readonly Dictionary<string, Stored> model = [];
        private readonly Dictionary<(int Client, string Id), string> seen = [];
        private readonly Dictionary<int, (string Since, HashSet<string> Revisions)> feeds = [];
        private int writes;

        public async Task DoAsync(Operation operation)
        {
            var (id, client) = (Ids[operation.Document], operation.Client);
            var path = "db/" + Uri.EscapeDataString(id);
            var port = client == 0 ? emulated.Admin : emulated.Public;
            var stored = model.GetValueOrDefault(id);
            switch (operation.Kind)
            {
                case Kind.Read:
                    var read = await port.GetAnswerAsync(path);
                    Assert.That(read.Status, Is.EqualTo(stored is { Deleted: false } ? 200 : 404));
                    if (stored is { Deleted: false })
                    {
                        Assert.That(((string)read.Json["_rev"]!, (int)read.Json["v"]!), Is.EqualTo((stored.Revision, stored.Value)));
                        seen[(client, id)] = stored.Revision;
                    }

                    break;
                case Kind.WriteBlindly:
                    Took(id, stored is not { Deleted: false }, await port.PutAnswerAsync(path, Body(operation)), deleted: false, operation, client);
                    break;
                case Kind.Write when seen.TryGetValue((client, id), out var parent):
                    Took(id, stored?.Revision == parent, await port.PutAnswerAsync($"{path}?rev={parent}", Body(operation)), deleted: false, operation, client);
                    break;
                case Kind.Delete when seen.TryGetValue((client, id), out var parent):
                    Took(id, stored?.Revision == parent, await port.DeleteAnswerAsync($"{path}?rev={parent}"), deleted: true, operation, client);
                    break;
                case Kind.WriteInBulk:
                    var document = new JsonObject { ["_id"] = id, ["v"] = operation.Value };
                    if (seen.TryGetValue((client, id), out var known))
                    {
                        document["_rev"] = known;
                    }

                    var row = (await port.PostAnswerAsync("db/_bulk_docs", new JsonObject { ["docs"] = new JsonArray(document) }.ToJsonString())).Json[0]!;
                    var fits = known is null ? stored is not { Deleted: false } : stored?.Revision == known;
                    Assert.That(row["status"] is null, Is.EqualTo(fits), row.ToJsonString());
                    if (fits)
                    {
                        Keep(id, (string)row["rev"]!, deleted: false, operation, client);
                    }

                    break;
                case Kind.Follow:
                    await FollowAsync(client, port);
                    break;
            }
        }

        /// <summary>At the end every feed reader has seen the newest revision of each document, in the order of the feed.</summary>
        public async Task CheckAsync()
        {
            var feed = (await emulated.Admin.GetAnswerAsync("db/_changes")).Json["results"]!.AsArray();
            Assert.That(feed.Select(row => (string)row!["id"]!), Is.EqualTo(model.OrderBy(pair => pair.Value.Order).Select(pair => pair.Key)));
            foreach (var client in feeds.Keys.ToList())
            {
                await FollowAsync(client, client == 0 ? emulated.Admin : emulated.Public);
                Assert.That(feeds[client].Revisions, Is.SupersetOf(model.Values.Select(stored => stored.Revision).Distinct()));
            }
        }

        private static string Body(Operation operation) => $$"""{"v":{{operation.Value}}}""";

        private void Took(string id, bool fits, Wire.Answer answer, bool deleted, Operation operation, int client)
        {
            Assert.That(answer.Status, Is.EqualTo(!fits ? 409 : deleted ? 200 : 201), answer.Text);
            if (fits)
            {
                Keep(id, answer.Revision, deleted, operation, client);
            }
        }

        private void Keep(string id, string revision, bool deleted, Operation operation, int client)
        {
            var before = model.TryGetValue(id, out var stored) ? int.Parse(stored.Revision.Split('-')[0]) : 0;
            Assert.That(revision, Does.StartWith($"{before + 1}-"));
            model[id] = new(revision, deleted, operation.Value, writes++);
            seen[(client, id)] = revision;
        }

        private async Task FollowAsync(int client, HttpClient port)
        {
            var (since, revisions) = feeds.GetValueOrDefault(client, ("0", []));
            var page = (await port.GetAnswerAsync($"db/_changes?limit=2&since={since}")).Json;
            while (page["results"]!.AsArray().Count > 0)
            {
                revisions.UnionWith(page["results"]!.AsArray().SelectMany(row => row!["changes"]!.AsArray()).Select(change => (string)change!["rev"]!));
                since = (string)page["last_seq"]!;
                page = (await port.GetAnswerAsync($"db/_changes?limit=2&since={since}")).Json;
            }

            feeds[client] = (since, revisions);
        }
    }
}
