using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>Sends a request to the instances of SWAPI, one after the other, until one answers properly.</summary>
/// <remarks>
/// Not a hedging strategy: its ordered groups replace only scheme, host and port, and instances differ in their path too.
/// An instance that asked to be left alone is passed over until its time has come.
/// </remarks>
internal sealed class HostFailover(IOptions<SwapiOptions> options, HostCooldowns resting, SwapiLimiter limiter, ILogger<HostFailover> log) : DelegatingHandler
{
    private readonly IReadOnlyList<Uri> hosts = options.Value.Hosts;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery.TrimStart('/'); // HttpClient never sends without an address.
        var retryAfter = default(TimeSpan?);
        var anotherRoundMayHelp = false;

        foreach (var host in hosts)
        {
            if (resting.Remaining(host) is { } left)
            {
                retryAfter = Shorter(retryAfter, left);
                continue;
            }

            try
            {
                await limiter.AcquireAsync(cancellationToken);
                return await base.SendAsync(Addressed(request, new Uri(host, path)), cancellationToken);
            }
            catch (BrokenCircuitException)
            {
                log.HostSkipped(host.Authority);
            }
            catch (SwapiHostException error) when (error.RetryAfter is { } asked)
            {
                log.HostFailed(host.Authority, path, error.Message);
                resting.Start(host, asked);
                retryAfter = Shorter(retryAfter, asked);
            }
            catch (Exception error) when (error is SwapiHostException or HttpRequestException or TimeoutRejectedException)
            {
                log.HostFailed(host.Authority, path, error.Message);
                anotherRoundMayHelp = true;
            }
        }

        throw new SwapiUnavailableException($"No instance of SWAPI answered {path} properly.")
        {
            RetryAfter = retryAfter,
            IsWorthRetryingNow = anotherRoundMayHelp,
        };
    }

    // A copy, because the next round needs the request as it came.
    private static HttpRequestMessage Addressed(HttpRequestMessage request, Uri address)
    {
        var copy = new HttpRequestMessage(request.Method, address) { Version = request.Version, VersionPolicy = request.VersionPolicy };

        foreach (var (name, values) in request.Headers.NonValidated)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        return copy;
    }

    private static TimeSpan Shorter(TimeSpan? one, TimeSpan other) => one < other ? one.Value : other;
}
