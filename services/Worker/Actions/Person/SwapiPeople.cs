using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Polly.Timeout;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>The people of SWAPI, wherever it answers, remembered for a while.</summary>
/// <remarks>Every method throws <see cref="SwapiUnavailableException"/> when no instance gives a proper answer.</remarks>
public sealed class SwapiPeople(ISwapiApi swapi, SingleFlightCache cache, IOptions<SwapiOptions> options)
{
    // Someone may be about to add the person, or one instance may be incomplete: shorter than for what exists.
    private static readonly TimeSpan KeepMissing = TimeSpan.FromMinutes(10);

    /// <summary>The person of that number, or null when SWAPI has none.</summary>
    public Task<SwapiPerson?> FindAsync(int id, CancellationToken cancellationToken) =>
        cache.FetchAsync($"people/{id.ToString(CultureInfo.InvariantCulture)}", fetching => FetchPersonAsync(id, fetching), cancellationToken);

    /// <summary>The highest number a person may have.</summary>
    public Task<int> HighestAsync(CancellationToken cancellationToken) => cache.FetchAsync("people", FetchHighestAsync, cancellationToken);

    private Task<(SwapiPerson? Answer, TimeSpan KeepFor)> FetchPersonAsync(int id, CancellationToken cancellationToken) =>
        InTimeAsync<(SwapiPerson?, TimeSpan)>(async () =>
        {
            using var response = await swapi.FindPersonAsync(id, cancellationToken);

            return response.StatusCode is HttpStatusCode.NotFound
                ? (null, Shorter(KeepMissing, options.Value.CacheFor))
                : (new SwapiPerson(id, response.Content), options.Value.CacheFor);
        });

    private Task<(int Answer, TimeSpan KeepFor)> FetchHighestAsync(CancellationToken cancellationToken) =>
        InTimeAsync(async () =>
        {
            var people = SwapiResponse.Count(await swapi.ListPeopleAsync(cancellationToken))
                ?? throw new SwapiUnavailableException("SWAPI does not say how many people it has.");

            // SWAPI's numbers start at 1 and skip one, 17, so the last of n people is n + 1.
            return (people + 1, options.Value.CacheFor);
        });

    private static async Task<T> InTimeAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (TimeoutRejectedException)
        {
            throw new SwapiUnavailableException("No instance of SWAPI answered in time.");
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
