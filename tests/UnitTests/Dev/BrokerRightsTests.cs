using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OfflineActions.Contracts;
using OfflineActions.Dev;
using OfflineActions.Dev.Commands;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Topology;
using OfflineActions.Tests.Echo;

namespace OfflineActions.Tests.Dev;

/// <summary>The rights in <c>deploy/rabbitmq/definitions.json</c> fit the actions of the catalog.</summary>
public sealed class BrokerRightsTests
{
    private static readonly JsonNode Definitions = JsonNode.Parse(File.ReadAllText(BrokerDefinitions.File))!;

    private static IEnumerable<ActionContract> Actions => [.. ActionCatalog.Default.Actions, EchoCatalog.Echo];

    private static readonly IReadOnlyList<TimeSpan> Delays =
        [.. new BusOptions().EffectiveDelays, TimeSpan.FromMilliseconds(1500), TimeSpan.FromSeconds(7), TimeSpan.FromDays(2)];

    [TestCaseSource(nameof(Actions))]
    public void A_worker_may_do_everything_with_all_queues_and_exchanges_of_an_action(ActionContract action)
    {
        foreach (var name in QueuesOf(action).Append(action.Exchange))
        {
            foreach (var right in new[] { "configure", "write", "read" })
            {
                Assert.That(May("worker", right, name), Is.True, Explain("worker", right, name));
            }
        }
    }

    [TestCaseSource(nameof(Actions))]
    public void A_gateway_may_publish_and_watch_but_not_read(ActionContract action)
    {
        var marker = $"offline-actions-marker-{Guid.NewGuid():N}_";
        foreach (var name in new ActionTopology(action.Queues, Delays).QueuesOfRequests)
        {
            Assert.That(May("gateway", "write", name), Is.True, Explain("gateway", "write", name));
            Assert.That(May("gateway", "configure", marker + name), Is.True, Explain("gateway", "configure", marker + name));
            Assert.That(May("gateway", "read", marker + name), Is.True, Explain("gateway", "read", marker + name));
            Assert.That(May("gateway", "configure", name), Is.EqualTo(name == action.Queues.Bulk), name);
        }

        Assert.That(May("gateway", "configure", action.Exchange), Is.True, Explain("gateway", "configure", action.Exchange));
        Assert.That(QueuesOf(action).Append(action.Exchange).Where(name => May("gateway", "read", name)), Is.Empty);
    }

    /// <summary>RabbitMQ 4.3 lets a user ask whether a queue exists, and how many messages it has, who has any right on it.</summary>
    [Test]
    public void A_user_has_some_right_on_each_queue_that_it_looks_at(
        [ValueSource(nameof(Actions))] ActionContract action, [Values("gateway", "operator", "worker")] string user) =>
        Assert.That(
            QueuesOf(action).Where(name => !new[] { "configure", "write", "read" }.Any(right => May(user, right, name))),
            Is.Empty);

    [TestCaseSource(nameof(Actions))]
    public void An_operator_may_read_what_waits_for_an_operator_only(ActionContract action)
    {
        var queues = action.Queues;
        var read = QueuesOf(action).Where(name => May("operator", "read", name));

        Assert.That(
            read,
            Is.EquivalentTo(QueuesOf(action).Except([queues.Work, queues.Bulk, queues.Quarantine])),
            Explain("operator", "read", queues.Error));
        Assert.That(QueuesOf(action).Where(name => May("operator", "configure", name)), Is.Empty);
    }

    [TestCase("offline-actions-catch-up_db.scope.collection", "gateway")]
    [TestCase(ServicePresence.Exchange, "gateway", "operator", "worker")]
    [TestCase("mine")]
    [TestCase("person-requested\n")]
    [TestCase("a-person-requested_error_x")]
    [TestCase("amq.default")]
    public void Only_some_users_may_declare_what_belongs_to_no_action(string name, params string[] users) =>
        Assert.That(new[] { "gateway", "operator", "worker" }.Where(user => May(user, "configure", name)), Is.EqualTo(users));

    [Test]
    public void No_password_and_no_hash_is_in_the_repository() => Assert.That(
        Definitions["users"]!.AsArray().Select(user => ((string?)user!["password_hash"], user["password"])),
        Is.All.EqualTo(((string?)"", (JsonNode?)null)));

    [Test]
    public void A_hash_is_salted_and_belongs_to_the_password_of_its_user()
    {
        var text = BrokerDefinitions.SetPasswords(Definitions.ToJsonString(), user => $"password of {user}");

        foreach (var known in JsonNode.Parse(text)!["users"]!.AsArray())
        {
            var (user, hash) = ((string)known!["name"]!, Convert.FromBase64String((string)known["password_hash"]!));
            byte[] salted = [.. hash[..4], .. System.Text.Encoding.UTF8.GetBytes($"password of {user}")];
            Assert.That(hash[4..], Is.EqualTo(System.Security.Cryptography.SHA256.HashData(salted)));
        }
    }

    [Test]
    public async Task The_command_writes_hashes_for_its_owner_alone_and_refuses_a_short_password()
    {
        var folder = Directory.CreateTempSubdirectory("definitions-");
        try
        {
            var (passwords, output) = (folder.CreateSubdirectory("passwords"), Path.Combine(folder.FullName, "definitions.json"));
            foreach (var user in new[] { "gateway", "worker", "operator" })
            {
                await File.WriteAllTextAsync(Path.Combine(passwords.FullName, user), $"a password of {user}\n");
            }

            Assert.That(await RunAsync(), Is.Zero);
            Assert.That(await File.ReadAllTextAsync(output), Does.Not.Contain("\"password_hash\": \"\"").And.Not.Contain("a password"));
            Assert.That(
                OperatingSystem.IsWindows() || File.GetUnixFileMode(output) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), Is.True);

            await File.WriteAllTextAsync(Path.Combine(passwords.FullName, "worker"), "short\n");
            Assert.That(await RunAsync(), Is.EqualTo(1));

            Task<int> RunAsync() => CommandLine.RunAsync(
                ["broker-definitions", "--passwords", passwords.FullName, "--output", output], new BrokerDefinitionsCommand());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IReadOnlyList<string> QueuesOf(ActionContract action) =>
        [.. new ActionTopology(action.Queues, Delays).Queues.Select(queue => queue.Name)];

    private static bool May(string user, string right, string name) =>
        Regex.IsMatch(name, PatternOf(user, right), RegexOptions.None, TimeSpan.FromSeconds(1));

    private static string PatternOf(string user, string right) =>
        (string)Definitions["permissions"]!.AsArray().Single(permission => (string?)permission!["user"] == user)![right]!;

    private static string Explain(string user, string right, string name) =>
        $"{user} needs the right '{right}' on '{name}', and the pattern in deploy/rabbitmq/definitions.json does not match it: "
        + $"{PatternOf(user, right)}. Name the work queue of the action like word-count-requested, or add its name to the pattern.";
}
