using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Polly.Timeout;

namespace Worker.Actions.Person;

/// <summary>The people of SWAPI, wherever it answers, remembered for a while.</summary>
/// <remarks>Every method throws <see cref="SwapiUnavailableException"/> when no instance gives a proper answer.</remarks>
public sealed class SwapiPeople(ISwapiApi swapi, SharedCache cache, IOptions<SwapiOptions> options)
{
    // Someone may be about to add the person, or one instance may be incomplete: shorter than for what exists.
    private static readonly TimeSpan KeepMissing = TimeSpan.FromMinutes(10);

    /// <summary>The person of that number, or null when SWAPI has none.</summary>
    public Task<SwapiPerson?> Find(int id, CancellationToken cancelled) =>
        cache.Fetch($"people/{id.ToString(CultureInfo.InvariantCulture)}", fetching => FetchPerson(id, fetching), cancelled);

    /// <summary>The highest number a person may have.</summary>
    public Task<int> Highest(CancellationToken cancelled) => cache.Fetch("people", FetchHighest, cancelled);

    private Task<(SwapiPerson? Answer, TimeSpan KeepFor)> FetchPerson(int id, CancellationToken cancelled) =>
        InTime<(SwapiPerson?, TimeSpan)>(async () =>
        {
            using var response = await swapi.FindPerson(id, cancelled);

            return response.StatusCode is HttpStatusCode.NotFound
                ? (null, Shorter(KeepMissing, options.Value.CacheFor))
                : (new SwapiPerson(id, response.Content), options.Value.CacheFor);
        });

    private Task<(int Answer, TimeSpan KeepFor)> FetchHighest(CancellationToken cancelled) =>
        InTime(async () =>
        {
            var people = SwapiAnswer.Count(await swapi.ListPeople(cancelled))
                ?? throw new SwapiUnavailableException("SWAPI does not say how many people it has.");

            // SWAPI's numbers start at 1 and skip one, 17, so the last of n people is n + 1.
            return (people + 1, options.Value.CacheFor);
        });

    private static async Task<T> InTime<T>(Func<Task<T>> ask)
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
