using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>Apps write to the same documents as the workers, at the same time.</summary>
[Category("Chaos")]
public sealed class AppEditTests
{
    [Test]
    [Case("k")]
    public Task Apps_edit_cancel_request_again_and_delete_while_workers_write() => ChaosCase.RunRoundsAsync(new ChaosOptions(), async chaos =>
    {
        await chaos.WriteRequestsAsync();
        var apps = chaos.Ids.Select((id, number) => (App: new SimulatedApp(chaos.System.Database, id), Behaviour: number % 4)).ToArray();
        await Parallel.ForEachAsync(apps, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (each, _) =>
            chaos.ExpectedOutcomes[each.App.Id] = await ActAsync(each.App, each.Behaviour));
        await chaos.UntilIdleAsync();

        var documents = await chaos.System.Database.GetAsync(apps.Where(each => each.Behaviour != Deleting).Select(each => each.App.Id));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (app, _) in apps.Where(each => documents.ContainsKey(each.App.Id)))
            {
                var document = documents[app.Id];
                Assert.That((int?)document["note"] ?? 0, Is.EqualTo(app.Note), $"the last note of {app.Id}");
                Assert.That(app.Accepted, Is.SubsetOf(History(document)), $"{app.Id} keeps every revision that its app wrote");
            }

            foreach (var (app, _) in apps.Where(each => each.Behaviour == Deleting))
            {
                Assert.That(await chaos.System.Database.ExistsAsync(app.Id), Is.False, $"{app.Id} stays deleted");
            }
        }
    });

    private const int Deleting = 3;

    private static async Task<ExpectedOutcome> ActAsync(SimulatedApp app, int behaviour)
    {
        switch (behaviour)
        {
            case 0:
                await app.EditAsync(times: 5);
                return new ExpectedOutcome("person_success", (app.Revisions + 1, app.Revisions + 1));
            case 1:
                await app.EditAsync(times: 2);
                await app.SetActionAsync("cancelled");

                // The worker may or may not have written its result before the cancellation.
                return new ExpectedOutcome("cancelled", (app.Revisions, app.Revisions + 1));
            case 2:
                await app.EditAsync(times: 1);
                await app.UntilFinishedAsync();
                await app.SetActionAsync("person_request");
                await app.EditAsync(times: 2);
                return new ExpectedOutcome("person_success", (app.Revisions + 2, app.Revisions + 2));
            default:
                await app.EditAsync(times: 1);
                await app.DeleteAsync();
                return ExpectedOutcome.Deleted;
        }
    }

    private static IEnumerable<string> History(JsonObject document)
    {
        var newest = (int)document["_revisions"]!["start"]!;
        return document["_revisions"]!["ids"]!.AsArray().Select((digest, age) => $"{newest - age}-{(string)digest!}");
    }
}
