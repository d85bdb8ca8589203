using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Dev;

public sealed class WatchTests
{
    [Test]
    public async Task Every_changed_document_is_printed_also_after_an_outage()
    {
        await using var syncGateway = await SyncGatewayEmulator.StartAsync(new()
        {
            PublicPort = 0,
            AdminPort = 0,
            ControlPort = null,
            Guest = false,
            Users = new Dictionary<string, string> { ["mia"] = "p:w/1" },
        });
        using var admin = new HttpClient { BaseAddress = new Uri(syncGateway.AdminUrl, "db/") };
        await PutAsync("one", "Grüße");
        await using var watch = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "watch",
            Program = Repository.DotNet,
            Arguments = ["exec", Repository.Program("Dev"), "watch", "--url", $"http://mia:p:w%2F1@{syncGateway.PublicUrl.Authority}/db/"],
        });

        await PrintsAsync("\"note\": \"Grüße\"");
        await PutAsync("two", "while it watches");
        await PrintsAsync("while it watches");

        syncGateway.Faults.Refuse = true;
        await PrintsAsync("Trying again");
        Assert.That(
            watch.Output.ToString(),
            Does.Contain($"\n{syncGateway.PublicUrl}db/: ").And.Contain("Another address: ./dev watch --url").And.Not.Contain("p:w").And.Not.Contain("p%3Aw"));
        syncGateway.Faults.Refuse = false;
        await PutAsync("three", "after the outage");
        await PrintsAsync("after the outage");
        Assert.That(watch.Output.ToString().Split("while it watches"), Has.Length.EqualTo(2), "After the outage it continues from its last sequence.");

        async Task PutAsync(string id, string note) => (await admin.PutAsJsonAsync(id, new JsonObject { ["note"] = note })).EnsureSuccessStatusCode();

        async Task PrintsAsync(string text) => Assert.That(
            await Eventually.IsAsync(() => watch.Output.ToString().Contains(text, StringComparison.Ordinal)), Is.True, $"{text} in\n{watch.Output}");
    }
}
