using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Echo;
using OfflineActions.Tests.Operator;

namespace OfflineActions.Tests.Pipeline;

/// <summary>Chains of requests, by a gateway and a worker with a real broker.</summary>
[Category("Broker")]
public sealed class ChainTests
{
    private static readonly ActionStates Person = EchoCatalog.All.GetByMessage<PersonRequested>().States;
    private static readonly ActionStates Echo = EchoCatalog.All.GetByMessage<EchoRequested>().States;

    private VirtualHost broker = null!;
    private EchoSystem system = null!;

    [SetUp]
    public async Task Start()
    {
        broker = await Broker.VirtualHostAsync();
        system = await EchoSystem.StartAsync(("Bus:Url", broker.Url.AbsoluteUri), ("Bus:Delays:0", "00:00:00.200"));
    }

    [TearDown]
    public async Task Stop()
    {
        await system.DisposeAsync();
        await broker.DisposeAsync();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_chain_ends_with_every_result_and_one_revision_for_each_step(bool areWebhooksLost)
    {
        await system.DisposeAsync();
        system = await EchoSystem.StartAsync(("Bus:Url", broker.Url.AbsoluteUri), ("Gateway:CatchUpGrace", "00:00:00.200"));
        system.SyncGateway.Faults.DropWebhooks = areWebhooksLost;

        await system.Database.PutAsync("chain", New(Echo.Request, [Person.Request, Echo.Request, Person.Request], ("text", "hé")));

        var document = await system.UntilStateAsync("chain", Person.Success);
        Assert.That((string?)document["echo"], Is.EqualTo("hé"));
        Assert.That(document, Contains.Key("person").And.Not.ContainKey("then").And.Not.ContainKey("chain"));
        Assert.That(system.SyncGateway.WritesOf("chain"), Is.EqualTo(1 + 4));
    }

    [Test]
    public async Task The_same_action_twice_replaces_its_result()
    {
        await system.Database.PutAsync("twice", New(Person.Request, [Person.Request]));
        await system.Database.PutAsync("once", New(Person.Request, []));

        var twice = await system.UntilStateAsync("twice", Person.Success);
        await system.UntilStateAsync("once", Person.Success);

        Assert.That(system.SyncGateway.WritesOf("twice"), Is.EqualTo(1 + 2));
        Assert.That((int)twice["_revisions"]!["start"]!, Is.EqualTo(3));
        Assert.That(system.SyncGateway.WritesOf("once"), Is.EqualTo(1 + 1));
    }

    [Test]
    public async Task A_chain_is_cut_where_an_action_fails_and_a_retry_goes_on_from_there()
    {
        await system.Database.PutAsync("chain", New(Person.Request, [Echo.Request, Person.Request], ("personId", 1)));
        var failed = await system.UntilStateAsync("chain", Echo.Failure);

        Assert.That((string?)failed["error"]!["code"], Is.EqualTo("no_text"));
        Assert.That(failed["then"]!.ToJsonString(), Is.EqualTo($"[\"{Person.Request}\"]"));
        Assert.That((string?)failed["person"]!["name"], Is.EqualTo("Luke Skywalker"));
        failed["action"] = Echo.Request;
        failed["text"] = "now there is one";
        failed["personId"] = 4;
        failed.Remove("_revisions");
        await system.Database.PutAsync("chain", failed.ToJsonString(), (string)failed["_rev"]!);

        var document = await system.UntilStateAsync("chain", Person.Success);
        Assert.That((string?)document["echo"], Is.EqualTo("now there is one"));
        Assert.That((string?)document["person"]!["name"], Is.EqualTo("Darth Vader"));
        Assert.That(document.ContainsKey("error"), Is.False);
        Assert.That(system.SyncGateway.WritesOf("chain"), Is.EqualTo(3 + 3));
    }

    [Test]
    public async Task An_operators_replay_goes_on_with_the_chain()
    {
        system.Swapi.Faults.Refuse = true;
        await system.Database.PutAsync("chain", New(Echo.Request, [Person.Request, Echo.Request], ("text", "hé")));
        await system.UntilStateAsync("chain", Person.Failure);
        Assert.That(await Eventually.IsAsync(async () => (await broker.Management.QueueAsync("person-requested_error"))?.Messages == 1), Is.True);
        system.Swapi.Faults.Refuse = false;
        await system.RestartAsync();

        var replay = await OperatorRig.RunWithoutPlacesAsync(
        [
            "dead-letters", "replay", "--all", "--json",
            "--bus", broker.Url.OriginalString,
            "--sync-gateway", system.SyncGateway.PublicUrl.OriginalString,
        ]);

        Assert.That(replay.ExitCode, Is.Zero, replay.Output);
        var document = await system.UntilStateAsync("chain", Echo.Success);
        Assert.That(document, Contains.Key("person").And.ContainKey("echo").And.Not.ContainKey("then").And.Not.ContainKey("error"));
    }

    [Test]
    public async Task A_list_that_is_not_valid_fails_before_the_action_begins()
    {
        await system.Database.PutAsync("typo", New(Person.Request, [Echo.Request, "persom_request"]));

        var document = await system.UntilStateAsync("typo", Person.Failure);

        Assert.That((string?)document["error"]!["code"], Is.EqualTo("invalid_then"));
        Assert.That(
            (string?)document["error"]!["message"], Does.StartWith("Number 2 in then is no request that is known here. There are: "));
        Assert.That(document["then"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That(system.Swapi.Stats.Requests, Is.Zero);
    }

    [Test]
    public async Task The_app_may_edit_the_rest_of_a_chain_while_it_runs()
    {
        system.Swapi.Faults.Latency = TimeSpan.FromSeconds(2);
        var revision = await system.Database.PutAsync("chain", New(Person.Request, [Echo.Request], ("text", "hé")));
        Assert.That(await Eventually.IsAsync(() => system.Swapi.Stats.Requests > 0), Is.True);

        await system.Database.PutAsync("chain", New(Person.Request, [Echo.Request, Echo.Request, Echo.Request], ("text", "hé")), revision);

        var document = await system.UntilStateAsync("chain", Echo.Success);
        Assert.That(document, Contains.Key("person"));
        Assert.That(system.SyncGateway.WritesOf("chain"), Is.EqualTo(2 + 4), "Two of the app, and one for each action.");
    }

    private static string New(string request, string[] then, params (string Name, JsonNode Value)[] properties)
    {
        var document = new JsonObject { ["action"] = request, ["then"] = new JsonArray([.. then.Select(each => (JsonNode?)each)]) };
        foreach (var (name, value) in properties)
        {
            document[name] = value;
        }

        return document.ToJsonString();
    }
}
