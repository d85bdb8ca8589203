using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OfflineActions.Messaging.Consuming;

/// <summary>
/// How a process stops: it takes no new messages, finishes those in hand within <see cref="BusOptions.DrainTimeout"/>, and hands back
/// the rest. Each timeout is a little longer than the one inside it, so that the inner one is the one that decides.
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

        // Bound by hand: the host asks for its own options before it validates anybody's, and what is wrong is said later.
        services.AddOptions<HostOptions>().Configure<IConfiguration>((host, configuration) =>
            host.ShutdownTimeout = Configured(configuration) + (2 * Margin));
    }

    private static TimeSpan Configured(IConfiguration configuration) =>
        TimeSpan.TryParse(configuration[$"{BusOptions.Section}:{nameof(BusOptions.DrainTimeout)}"], out var timeout)
            ? timeout
            : new BusOptions().DrainTimeout;
}
