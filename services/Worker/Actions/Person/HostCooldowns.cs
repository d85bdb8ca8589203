using System.Collections.Concurrent;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>Which instances asked to be left alone, and for how long still. One for the whole process, so that all requests honour it.</summary>
internal sealed class HostCooldowns(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> until = new();

    /// <summary>How long <paramref name="host"/> wants to be left alone from now, or null.</summary>
    public TimeSpan? Remaining(Uri host) =>
        until.TryGetValue(host.Authority, out var end) && end - clock.GetUtcNow() is { Ticks: > 0 } left ? left : null;

    /// <summary>Leaves <paramref name="host"/> alone for a while.</summary>
    public void Start(Uri host, TimeSpan length) => until[host.Authority] = clock.GetUtcNow() + length;
}
