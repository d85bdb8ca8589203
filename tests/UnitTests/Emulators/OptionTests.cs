using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>Options that make no sense are refused at the start, in a test as on the command line.</summary>
public sealed class OptionTests
{
    private static readonly SyncGatewayEmulatorOptions Free = SyncGatewayEmulatorOptions.OnFreePorts;

    private static IEnumerable<TestCaseData> Wrong =>
    [
        new(Free with { Address = "nowhere" }, "Address: 'nowhere' is not an IP address."),
        new(Free with { PublicPort = 70_000 }, "PublicPort: The field PublicPort must be between 0 and 65535."),
        new(Free with { MaxProcesses = 0, WaitForProcess = -5 }, "MaxProcesses: The field MaxProcesses must be between 1 and 100000. "
            + "WaitForProcess: The field WaitForProcess must be between 0 and 60000."),
        new(Free with { RevisionsLimit = 0 }, "RevisionsLimit: The field RevisionsLimit must be between 1 and 10000."),
        new(Free with { Databases = ["a", "b", "a"] }, "Databases: a name is there twice."),
        new(Free with { Collections = ["x"] }, "Collections: each must be 'scope.collection', all in one scope."),
        new(Free with { Collections = ["a.b", "c.d"] }, "Collections: each must be 'scope.collection', all in one scope."),
        new(Free with { Collections = ["a.b.c"] }, "Collections: each must be 'scope.collection', all in one scope."),
        new(Free with { Webhooks = [new() { Url = "x" }] }, "Webhooks:0:Url: not an absolute URL: make it one like http://host:1234/path."),
        new(
            Free with { Webhooks = [new() { Url = "http://x", Timeout = -1 }] },
            "Webhooks:0:Timeout: The field Timeout must be between 0 and 2147483647."),
    ];

    [TestCaseSource(nameof(Wrong))]
    public void A_wrong_option_is_named(SyncGatewayEmulatorOptions options, string reason)
    {
        var error = Assert.ThrowsAsync<InvalidOperationException>(() => SyncGatewayEmulator.StartAsync(options));

        Assert.That(error!.Message, Is.EqualTo(reason));
    }

    [Test]
    public async Task A_wrong_webhook_is_refused_and_the_others_stay()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await Emulated.StartAsync([new() { Url = receiver.Url }]);

        Assert.Throws<InvalidOperationException>(() => emulated.Gateway.AddWebhook(new() { Url = "http://x", Timeout = -1 }));
        await emulated.Public.PutAnswerAsync("db/d", "{}");

        Assert.That(() => receiver.Requests, Has.Count.EqualTo(1).After(5_000, 20));
    }
}
