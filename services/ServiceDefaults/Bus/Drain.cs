using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Bus;

/// <summary>
/// How a process stops: it takes no new messages, finishes those in hand within <see cref="BusOptions.DrainTimeout"/>, and hands back
/// the rest. Each timeout is a little longer than the one inside it, so that the inner one is the one that decides.
/// </summary>
internal static class Drain
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    public static void Configure(MassTransitHostOptions bus, IOptions<BusOptions> options)
    {
        bus.ConsumerStopTimeout = options.Value.DrainTimeout;
        bus.StopTimeout = options.Value.DrainTimeout + Margin;
    }

    public static void Configure(HostOptions host, IOptions<BusOptions> options) =>
        host.ShutdownTimeout = options.Value.DrainTimeout + (2 * Margin);
}
