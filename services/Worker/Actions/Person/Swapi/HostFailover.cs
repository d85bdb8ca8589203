using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>Sends a request to the instances of SWAPI, one after the other, until one gives a valid response.</summary>
/// <remarks>
/// The library's hedging strategy replaces only scheme, host and port, and instances differ in their path, too. An instance that sent
/// <c>Retry-After</c> is skipped until that time.
/// </remarks>
internal sealed class HostFailover(
    IOptions<SwapiOptions> options,
    HostCooldowns cooldowns,
    SwapiLimiter limiter,
    SwapiTelemetry telemetry,
    ILogger<HostFailover> log) : DelegatingHandler
{
    private readonly IReadOnlyList<Uri> hosts = options.Value.Hosts;

    /// <summary>The same request for another address. A copy, because the next round needs the original.</summary>
    public static HttpRequestMessage CopyTo(Uri address, HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, address) { Version = request.Version, VersionPolicy = request.VersionPolicy };

        foreach (var (name, values) in request.Headers.NonValidated)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        return copy;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery.TrimStart('/'); // HttpClient never sends without an address.
        var retryAfter = default(TimeSpan?);
        var isWorthRetryingNow = false;

        foreach (var host in hosts)
        {
            if (cooldowns.GetRemaining(host) is { } remaining)
            {
                telemetry.RecordFailover(host, PassedOver.Cooldown);
                retryAfter = Shorter(retryAfter, remaining);
                continue;
            }

            try
            {
                await limiter.AcquireAsync(cancellationToken);
                return await base.SendAsync(CopyTo(new Uri(host, path), request), cancellationToken);
            }
            catch (BrokenCircuitException)
            {
                telemetry.RecordFailover(host, PassedOver.CircuitOpen);
                log.HostSkipped(host.Authority);
            }
            catch (SwapiHostException error) when (error.RetryAfter is { } cooldown)
            {
                telemetry.RecordFailover(host, PassedOver.Failed);
                log.HostFailed(host.Authority, path, error.Message);
                cooldowns.Start(host, cooldown);
                retryAfter = Shorter(retryAfter, cooldown);
            }
            catch (Exception error) when (error is SwapiHostException or HttpRequestException or TimeoutRejectedException)
            {
                telemetry.RecordFailover(host, PassedOver.Failed);
                log.HostFailed(host.Authority, path, error.Message);
                isWorthRetryingNow = true;
            }
        }

        throw new SwapiUnavailableException($"No instance of SWAPI gave a valid response to {path}.")
        {
            RetryAfter = retryAfter,
            IsWorthRetryingNow = isWorthRetryingNow,
        };
    }

    private static TimeSpan Shorter(TimeSpan? one, TimeSpan other) => one < other ? one.Value : other;
}

/// <summary>One instance of SWAPI gave an invalid response.</summary>
internal sealed class SwapiHostException(string message, TimeSpan? retryAfter = null, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The instance's <c>Retry-After</c>; null when it sent none.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>Which instances sent <c>Retry-After</c>, and until when. One for the whole process, so that all requests respect it.</summary>
internal sealed class HostCooldowns(TimeProvider clock)
{
    private readonly MonotonicClock clock = new(clock);
    private readonly ConcurrentDictionary<string, DateTimeOffset> ends = new();

    /// <summary>The remaining cooldown of <paramref name="host"/>; null when there is none.</summary>
    public TimeSpan? GetRemaining(Uri host) =>
        ends.TryGetValue(host.Authority, out var end) && end - clock.GetUtcNow() is { Ticks: > 0 } remaining ? remaining : null;

    /// <summary>Starts the cooldown of <paramref name="host"/>.</summary>
    public void Start(Uri host, TimeSpan length) => ends[host.Authority] = clock.GetUtcNow() + length;
}

internal static partial class HostFailoverLog
{
    [LoggerMessage(2101, LogLevel.Warning, "SWAPI at {Host} failed on {Path}. {Reason}")]
    public static partial void HostFailed(this ILogger log, string host, string path, string reason);

    [LoggerMessage(2102, LogLevel.Debug, "SWAPI at {Host} skipped: its circuit breaker is open")]
    public static partial void HostSkipped(this ILogger log, string host);
}
