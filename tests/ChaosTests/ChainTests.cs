using System.Text.Json.Nodes;
using OfflineActions.Contracts;

namespace OfflineActions.Tests.Chaos;

/// <summary>Chains of requests, each of which is answered by another worker or by the same one.</summary>
[Category("Chaos")]
public sealed class ChainTests
{
    private static readonly ActionStates Person = ActionCatalog.Default.GetByMessage<PersonRequested>().States;

    // Every request is a message, so there are as many requests as in another case.
    private static readonly int Chains = Math.Max(1, ChaosSettings.Documents / 4);

    [Test]
    [Case("aa")]
    [LongCase]
    public Task Workers_are_killed_while_chains_of_one_to_four_requests_run_and_every_message_comes_twice() => ChaosCase.RunRoundsAsync(new ChaosOptions(), async chaos =>
    {
        var documents = new Dictionary<string, string>();
        for (var number = 0; number < Chains; number++)
        {
            var then = Enumerable.Repeat(Person.Request, number % 4).Select(request => (JsonNode?)request);
            documents[$"chain-{number:D5}"] =
                new JsonObject { ["action"] = Person.Request, ["mine"] = number, ["then"] = new JsonArray([.. then]) }.ToJsonString();
            // The revision says that each request of the chain has one result.
            chaos.ExpectedOutcomes[$"chain-{number:D5}"] = new ExpectedOutcome(Person.Success, (2 + (number % 4), 2 + (number % 4)));
        }

        await chaos.System.SyncGateway.SetFaultsAsync(new JsonObject { ["extraWebhooks"] = 1 });
        var writing = chaos.WriteRequestsAsync(documents);
        for (var kill = 1; kill <= 6; kill++)
        {
            await chaos.UntilFinishedAsync(kill * Chains / 10);
            await chaos.System.Workers[kill % 2].KillAsync();
            await chaos.System.StartWorkerAsync(kill % 2);
        }

        await writing;
        await chaos.UntilIdleAsync();
        foreach (var (id, document) in await chaos.System.Database.GetAsync(documents.Keys))
        {
            Assert.That(document, Contains.Key("person").And.Not.ContainKey("then").And.Not.ContainKey("chain"), id);
            Assert.That((int)document["mine"]!, Is.EqualTo((int)JsonNode.Parse(documents[id])!["mine"]!));
        }
    });
}
