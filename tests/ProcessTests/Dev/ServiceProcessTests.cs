using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

public sealed class ServiceProcessTests
{
    [Test]
    public void A_service_that_ends_before_it_is_ready_is_reported_with_its_output()
    {
        var options = new ServiceOptions
        {
            Service = "Gateway",
            Environment = new Dictionary<string, string?> { ["Gateway__WebhookPassword"] = "short", ["Bus__Url"] = "amqp://127.0.0.1:1" },
        };

        Assert.That(
            async () => await ServiceProcess.StartAsync(options),
            Throws.InvalidOperationException.With.Message.Contains("Gateway ended with exit code 78").And.Message.Contains("Gateway:WebhookPassword"));
    }

    [Test]
    public void A_service_that_is_not_ready_in_time_is_reported_and_killed()
    {
        var swapi = FreePorts.Take();
        var options = new ServiceOptions
        {
            Service = "SwapiEmulator",
            Environment = Settings(swapi),
            ReadyPath = $"http://127.0.0.1:{swapi}/nothing-is-here",
            ReadyTimeout = TimeSpan.FromSeconds(4),
        };

        Assert.That(
            async () => await ServiceProcess.StartAsync(options),
            Throws.TypeOf<TimeoutException>().With.Message.Contains("SwapiEmulator was not ready within 4 s").And.Message.Contains($"{swapi}"));
        Assert.That(FreePorts.IsFree(swapi), Is.True);
    }

    [Test]
    public async Task A_service_that_gets_SIGTERM_ends_with_its_own_exit_code()
    {
        var swapi = FreePorts.Take();
        await using var service = await ServiceProcess.StartAsync(
            new ServiceOptions { Service = "SwapiEmulator", Environment = Settings(swapi), ReadyPath = $"http://127.0.0.1:{swapi}/api/people/1/" });

        Assert.That(await service.TerminateAsync(), Is.Zero);
    }

    [Test]
    public async Task A_killed_service_is_gone_and_a_paused_one_responds_only_after_it_is_resumed()
    {
        var swapi = FreePorts.Take();
        var person = new Uri($"http://127.0.0.1:{swapi}/api/people/1/");
        await using var service = await ServiceProcess.StartAsync(
            new ServiceOptions { Service = "SwapiEmulator", Environment = Settings(swapi), ReadyPath = person.AbsoluteUri });
        using var http = new HttpClient();

        service.Pause();
        var answer = http.GetAsync(person);
        var early = await Task.WhenAny(answer, Task.Delay(500)) == answer;
        service.Resume();

        Assert.That(early, Is.False);
        Assert.That((await answer).IsSuccessStatusCode, Is.True);

        await service.KillAsync();

        Assert.That(await service.Exited, Is.EqualTo(128 + 9));
        Assert.That(FreePorts.IsFree(swapi), Is.True);
    }

    private static Dictionary<string, string?> Settings(int swapi) => new()
    {
        ["Emulators__Swapi__Port"] = $"{swapi}",
        ["Emulators__Swapi__ControlPort"] = "0",
    };
}
