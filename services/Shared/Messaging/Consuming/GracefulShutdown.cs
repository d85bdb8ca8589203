using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OfflineActions.Messaging.Consuming;

/// <summary>
/// How a process stops: it takes no new messages, finishes those that it is processing within <see cref="BusOptions.DrainTimeout"/>, and
/// requeues the rest. Each outer timeout is a few seconds longer than the one inside it, so that the inner one expires first.
/// </summary>
internal static class GracefulShutdown
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    public static void AddGracefulShutdown(this IServiceCollection services)
    {
        services.AddOptions<MassTransitHostOptions>().Configure<IOptions<BusOptions>>((bus, options) =>
        {
            bus.ConsumerStopTimeout = options.Value.DrainTimeout;
            bus.StopTimeout = options.Value.DrainTimeout + Margin;
        });

        // Read without validation: the host needs this option before the validation of all options, which reports a wrong value.
        services.AddOptions<HostOptions>().Configure<IConfiguration>((host, configuration) =>
            host.ShutdownTimeout = ReadDrainTimeout(configuration) + (2 * Margin));
    }

    private static TimeSpan ReadDrainTimeout(IConfiguration configuration) =>
        TimeSpan.TryParse(configuration[$"{BusOptions.Section}:{nameof(BusOptions.DrainTimeout)}"], out var timeout)
            ? timeout
            : new BusOptions().DrainTimeout;
}
