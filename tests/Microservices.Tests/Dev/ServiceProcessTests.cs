using Dev;

namespace Microservices.Tests.Dev;

public sealed class ServiceProcessTests
{
    [Test]
    public void A_service_that_ends_early_is_reported_with_what_it_wrote()
    {
        var options = new ServiceOptions
        {
            Service = "Emulators",
            Environment = new Dictionary<string, string?> { ["Kestrel__Endpoints__Broken__Url"] = "not a url" },
        };

        Assert.That(
            async () => await ServiceProcess.Start(options),
            Throws.InvalidOperationException.With.Message.Contains("Emulators ended with exit code").And.Message.Contains("not a url"));
    }

    [Test]
    public async Task A_service_listens_where_it_was_told_and_ends_when_asked()
    {
        await using var service = await ServiceProcess.Start(new ServiceOptions { Service = "Emulators", ReadyPath = null });
        var listens = await Eventually.Is(() => !FreePorts.IsFree(service.Url.Port));

        var exitCode = await service.Terminate();

        Assert.That(listens, Is.True, service.Output.ToString());
        Assert.That(exitCode, Is.Zero);
    }
}
