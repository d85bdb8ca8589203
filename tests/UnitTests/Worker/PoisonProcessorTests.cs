using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;
using OfflineActions.Tests.Emulators;
using OfflineActions.Worker;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>Messages that kill every worker, which come one at a time: one that waited would keep all the others waiting.</summary>
public sealed class PoisonProcessorTests
{
    [TestCase("")]
    [TestCase(""","notBefore":"9999-12-31T23:59:59Z" """)]
    [TestCase(""","priority":"bulk","then":["person_request"],"progress":{"nextAttemptAt":"9999-12-31T23:59:59Z"}""")]
    public async Task It_fails_at_once_whatever_the_document_says_about_times(string more)
    {
        await using var outside = await Emulated.StartAsync();
        await outside.Admin.PutAnswerAsync("db/d", $$"""{"action":"person_request"{{more}}}""");
        using var host = WorkerHost.Create(
            outside.Gateway.PublicUrl, services => services.AddSingleton(Options.Create(new WorkerOptions())));
        var processor = ActivatorUtilities.CreateInstance<PoisonProcessor>(
            host.Services, ActionCatalog.Default.GetByMessage<PersonRequested>());

        Assert.That(
            async () => await processor.ProcessAsync(new FakeDelivery()).WaitAsync(TimeSpan.FromSeconds(3)),
            Throws.InstanceOf<MessageFailedException>());

        var document = (await outside.Admin.GetAnswerAsync("db/d")).Json;
        Assert.That((string?)document["action"], Is.EqualTo("person_failure"));
        Assert.That((string?)document["error"]!["code"], Is.EqualTo("worker_crashed"));
    }
}
