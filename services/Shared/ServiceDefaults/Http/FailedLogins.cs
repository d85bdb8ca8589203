using System.Net;
using System.Net.Sockets;

namespace OfflineActions.ServiceDefaults.Http;

/// <summary>
/// Slows down who guesses passwords: an address that has failed too often within a minute is refused until that minute is over. The
/// memory that this takes is bounded.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="most">How often an address may fail in a minute.</param>
public sealed class FailedLogins(TimeProvider clock, int most = 20)
{
    private const int MaxAddresses = 1_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenCleanings = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, Failures> failures = [];
    private long cleanedAt = clock.GetTimestamp();

    /// <summary>What is counted as one address. Of IPv6 it is the first 64 bits: one machine has all addresses that begin with them.</summary>
    public static IPAddress GetNetwork(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6 || address.AddressFamily is not AddressFamily.InterNetworkV6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    /// <summary>Whether an address has failed too often.</summary>
    public bool AreTooMany(IPAddress? address) => GetWait(address) > TimeSpan.Zero;

    /// <summary>How long an address is refused; zero when it is not.</summary>
    public TimeSpan GetWait(IPAddress? address)
    {
        lock (gate)
        {
            return failures.TryGetValue(FindKey(address), out var failed) && failed.Count >= most && GetRest(failed) is var rest && rest > TimeSpan.Zero
                ? rest
                : TimeSpan.Zero;
        }
    }

    /// <summary>An address gave a wrong name or password.</summary>
    public void Record(IPAddress? address)
    {
        lock (gate)
        {
            var key = FindKey(address);
            failures[key] = failures.TryGetValue(key, out var failed) && GetRest(failed) > TimeSpan.Zero
                ? failed with { Count = failed.Count + 1 }
                : new Failures(clock.GetTimestamp(), Count: 1);
        }
    }

    /// <summary>Its own key. When there are so many that it must be an attack, all others share one.</summary>
    private IPAddress FindKey(IPAddress? address)
    {
        var key = GetNetwork(address);
        if (failures.Count >= MaxAddresses && !failures.ContainsKey(key))
        {
            Clean();
        }

        return failures.Count < MaxAddresses || failures.ContainsKey(key) ? key : IPAddress.None;
    }

    private void Clean()
    {
        if (clock.GetElapsedTime(cleanedAt) < BetweenCleanings)
        {
            return;
        }

        cleanedAt = clock.GetTimestamp();
        foreach (var (address, failed) in failures)
        {
            if (GetRest(failed) <= TimeSpan.Zero)
            {
                failures.Remove(address);
            }
        }
    }

    private TimeSpan GetRest(Failures failed) => Window - clock.GetElapsedTime(failed.Since);

    /// <param name="Since">When the first one was.</param>
    /// <param name="Count">How many there were since then.</param>
    private readonly record struct Failures(long Since, int Count);
}
