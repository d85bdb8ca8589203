using System.Collections.Concurrent;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Http;

namespace OfflineActions.Gateway.Webhooks;

/// <summary>
/// Decides whose webhooks are read. A source is an address; of IPv6, a network of 64 bits. One that fails too often is refused for the rest
/// of a minute, so that it cannot go on guessing. A source that has sent the right password before is never refused for failures: a
/// Sync Gateway may share its address with others. It has a generous limit of its own.
/// </summary>
internal sealed class WebhookAdmission(
    WebhookCredentials credentials, IOptions<GatewayOptions> options, RepeatedEvents repeated, ILogger<WebhookAdmission> log, TimeProvider clock)
    : IDisposable
{
    private const int MaxKnown = 1_000;

    private readonly FailedLogins failures = new(clock, options.Value.FailedWebhooksPerMinute);
    private readonly ConcurrentDictionary<IPAddress, bool> known = [];
    private readonly PartitionedRateLimiter<IPAddress> limits = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        source => RateLimitPartition.GetTokenBucketLimiter(source, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Value.WebhooksPerSecond,
            TokensPerPeriod = options.Value.WebhooksPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        }));

    /// <summary>Why a webhook is not read; null when it is.</summary>
    /// <param name="address">Who sends it.</param>
    /// <param name="authorization">Its <c>Authorization</c> header.</param>
    public WebhookRefusal? Refuse(IPAddress? address, string? authorization)
    {
        var source = FailedLogins.GetNetwork(address);
        var isRight = credentials.AreValid(authorization);
        if (isRight && (known.ContainsKey(source) || !failures.AreTooMany(source)))
        {
            return Limit(source);
        }

        if (failures.GetWait(source) is var wait && wait > TimeSpan.Zero)
        {
            return Log(source, new WebhookRefusal(WebhookOutcome.TooManyFailures, wait), "it sent wrong credentials too often");
        }

        failures.Record(source);
        return Log(source, new WebhookRefusal(WebhookOutcome.WrongCredentials), "its user or password is wrong");
    }

    public void Dispose() => limits.Dispose();

    private WebhookRefusal? Limit(IPAddress source)
    {
        if (known.Count < MaxKnown)
        {
            known.TryAdd(source, true);
        }

        // So many sources with the password must be an attack: those beyond share one limit, which bounds the memory.
        using var lease = limits.AttemptAcquire(known.ContainsKey(source) ? source : IPAddress.None);
        return lease.IsAcquired
            ? null
            : Log(
                source,
                new WebhookRefusal(WebhookOutcome.TooMany, TimeSpan.FromSeconds(1)),
                $"it sends more than {options.Value.WebhooksPerSecond} a second (Gateway:WebhooksPerSecond); catch-up publishes what is missed");
    }

    private WebhookRefusal Log(IPAddress source, WebhookRefusal refusal, string reason)
    {
        if (repeated.ShouldLog($"webhook {refusal.Outcome}", out var suppressed))
        {
            log.WebhookRefused(source, reason, suppressed);
        }

        return refusal;
    }
}

/// <summary>Why a webhook is not read.</summary>
/// <param name="Outcome">The reason.</param>
/// <param name="RetryAfter">After what time it may be; null when that depends on something else.</param>
internal sealed record WebhookRefusal(WebhookOutcome Outcome, TimeSpan? RetryAfter = null);
