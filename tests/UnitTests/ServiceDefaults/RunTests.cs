using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OfflineActions.ServiceDefaults;

namespace OfflineActions.Tests.ServiceDefaults;

public sealed class RunTests
{
    [Test]
    public async Task A_process_whose_background_service_fails_ends_with_exit_code_70()
    {
        using var host = CreateHost(() => throw new InvalidOperationException("broken"));

        Assert.That(await host.RunServiceAsync(), Is.EqualTo(70));
    }

    [Test]
    public async Task A_process_that_is_stopped_ends_with_exit_code_0()
    {
        using var host = CreateHost(() => Task.CompletedTask);
        var run = host.RunServiceAsync();

        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.That(await run, Is.Zero);
    }

    [Test]
    public async Task A_service_that_ends_by_itself_keeps_its_own_exit_code()
    {
        using var host = CreateHost(() => Task.CompletedTask);

        Assert.That(await host.RunServiceAsync(() => Task.FromResult(3)), Is.EqualTo(3));
    }

    private static IHost CreateHost(Func<Task> work)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddHostedService(_ => new Background(work));
        return builder.Build();
    }

    private sealed class Background(Func<Task> work) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            await work();
        }
    }
}
