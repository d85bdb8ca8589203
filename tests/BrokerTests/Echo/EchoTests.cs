using OfflineActions.Dev;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Echo;

/// <summary>What a second action costs: a message, its contract, a handler, a line on each side, and this test.</summary>
public sealed class EchoTests
{
    [Test]
    public Task An_action_is_added_with_a_line_on_each_side() => EchoesBesideThePersonAsync(("Bus:Transport", "InMemory"));

    [Test]
    [Category("Broker")]
    public async Task The_same_lines_do_with_a_real_broker()
    {
        await using var broker = await Broker.VirtualHostAsync();

        await EchoesBesideThePersonAsync(("Bus:Url", broker.Url.AbsoluteUri));

        Assert.That(
            (await broker.Management.QueuesAsync()).Select(queue => queue.Name).Where(name => name.StartsWith("echo", StringComparison.Ordinal)),
            Is.SupersetOf(new[] { "echo-requested", "echo-requested_quarantine", "echo-requested_error", "echo-requested_delay_10s" }));
    }

    [Test]
    public void It_costs_these_files_and_nothing_elsewhere()
    {
        var mine = Path.Combine(Repository.Root, "tests", "Fixtures", "Echo");
        string[] product = ["contracts", "services", "deploy"];
        string[] kinds = [".cs", ".json", ".yml", ".yaml", ".csproj"];

        Assert.That(
            Directory.EnumerateFiles(mine).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "EchoRequested.cs", "EchoHandler.cs", "EchoCatalog.cs" }));
        Assert.That(
            product.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
                .Where(file => kinds.Contains(Path.GetExtension(file)) && File.ReadAllText(file).Contains("echo_", StringComparison.OrdinalIgnoreCase)),
            Is.Empty);
    }

    private static async Task EchoesBesideThePersonAsync((string Key, string Value) bus)
    {
        await using var system = await EchoSystem.StartAsync(bus);
        var database = system.Database;

        await database.PutAsync("shout", """{"action":"echo_request","text":["hé",{"n":1.0}]}""");
        await database.PutAsync("silence", """{"action":"echo_request"}""");
        await database.PutAsync("murmur", """{"action":"echo_request","text":"hm","priority":"bulk"}""");
        await database.PutAsync("luke", """{"action":"person_request","personId":1}""");

        Assert.That(
            await Eventually.IsAsync(async () => (await database.AllAsync()).Values.All(document => !((string)document["action"]!).EndsWith("_request", StringComparison.Ordinal))),
            Is.True);
        var documents = await database.AllAsync();
        Assert.That((string?)documents["shout"]["action"], Is.EqualTo("echo_success"));
        Assert.That(documents["shout"]["echo"]!.ToJsonString(), Is.EqualTo(documents["shout"]["text"]!.ToJsonString()));
        Assert.That((string?)documents["murmur"]["action"], Is.EqualTo("echo_success"));
        Assert.That((string?)documents["silence"]["action"], Is.EqualTo("echo_failure"));
        Assert.That((string?)documents["silence"]["error"]!["code"], Is.EqualTo("no_text"));
        Assert.That((string?)documents["luke"]["action"], Is.EqualTo("person_success"));
    }
}
