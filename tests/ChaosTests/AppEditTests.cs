using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>Apps go on writing to the documents that workers write to.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class AppEditTests
{
    [Test]
    [Case("k")]
    public Task Apps_edit_cancel_ask_again_and_delete_while_workers_are_at_it() => ChaosCase.RoundsAsync(new ChaosOptions(), async chaos =>
    {
        await chaos.WriteRequestsAsync();
        var apps = chaos.Ids.Select((id, number) => (App: new App(chaos.System.Database, id), Habit: number % 4)).ToArray();
        await Parallel.ForEachAsync(apps, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (each, _) =>
            chaos.Endings[each.App.Id] = await LiveAsync(each.App, each.Habit));
        await chaos.UntilAtRestAsync();

        var documents = await chaos.System.Database.GetAsync(apps.Where(each => each.Habit != Deleting).Select(each => each.App.Id));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (app, _) in apps.Where(each => documents.ContainsKey(each.App.Id)))
            {
                var document = documents[app.Id];
                Assert.That((int?)document["note"] ?? 0, Is.EqualTo(app.Note), $"the last note of {app.Id}");
                Assert.That(app.Accepted, Is.SubsetOf(History(document)), $"{app.Id} keeps every revision that its app has written");
            }

            foreach (var (app, _) in apps.Where(each => each.Habit == Deleting))
            {
                Assert.That(await chaos.System.Database.ExistsAsync(app.Id), Is.False, $"{app.Id} stays deleted");
            }
        }
    });

    private const int Deleting = 3;

    private static async Task<Ending> LiveAsync(App app, int habit)
    {
        switch (habit)
        {
            case 0:
                await app.EditAsync(times: 5);
                return new Ending("person_success", (app.Revisions + 1, app.Revisions + 1));
            case 1:
                await app.EditAsync(times: 2);
                await app.BecomesAsync("cancelled");

                // Answered before it was cancelled, or not.
                return new Ending("cancelled", (app.Revisions, app.Revisions + 1));
            case 2:
                await app.EditAsync(times: 1);
                await app.UntilAnsweredAsync();
                await app.BecomesAsync("person_request");
                await app.EditAsync(times: 2);
                return new Ending("person_success", (app.Revisions + 2, app.Revisions + 2));
            default:
                await app.EditAsync(times: 1);
                await app.DeleteAsync();
                return Ending.Deleted;
        }
    }

    private static IEnumerable<string> History(JsonObject document)
    {
        var newest = (int)document["_revisions"]!["start"]!;
        return document["_revisions"]!["ids"]!.AsArray().Select((digest, age) => $"{newest - age}-{(string)digest!}");
    }
}
