using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Polly.Timeout;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>The people of SWAPI, from any instance, cached.</summary>
/// <remarks>Every method throws <see cref="SwapiUnavailableException"/> when no instance gives a valid response.</remarks>
public sealed class SwapiPeople(ISwapiApi swapi, SingleFlightCache cache, IOptions<SwapiOptions> options, SwapiTelemetry telemetry)
{
    // Shorter than for a person that exists: it may be added soon, or one instance may be incomplete.
    private static readonly TimeSpan MissingTimeToLive = TimeSpan.FromMinutes(10);

    /// <summary>The person with that number; null when SWAPI has none.</summary>
    public Task<SwapiPerson?> FindAsync(int id, CancellationToken cancellationToken) =>
        cache.FetchAsync(
            $"people/{id.ToString(CultureInfo.InvariantCulture)}",
            fetching => FetchPersonAsync(id, fetching),
            cancellationToken);

    /// <summary>The highest number of a person.</summary>
    public Task<int> FindHighestAsync(CancellationToken cancellationToken) =>
        cache.FetchAsync("people", FetchHighestAsync, cancellationToken);

    private Task<(SwapiPerson? Value, TimeSpan TimeToLive)> FetchPersonAsync(int id, CancellationToken cancellationToken) =>
        MeasureAsync<(SwapiPerson?, TimeSpan)>(async () =>
        {
            using var response = await swapi.FindPersonAsync(id, cancellationToken);

            return response.StatusCode is HttpStatusCode.NotFound
                ? (null, Shorter(MissingTimeToLive, options.Value.CacheFor))
                : (new SwapiPerson(id, ReadFacts(response.Content)), options.Value.CacheFor);
        });

    private Task<(int Value, TimeSpan TimeToLive)> FetchHighestAsync(CancellationToken cancellationToken) =>
        MeasureAsync(async () =>
        {
            var people = SwapiResponse.ReadCount(await swapi.ListPeopleAsync(cancellationToken))
                ?? throw new SwapiUnavailableException("SWAPI does not say how many people it has.");

            // SWAPI's numbers start at 1 and skip one, 17, so the last of n people is n + 1.
            return (people + 1, options.Value.CacheFor);
        });

    private async Task<T> MeasureAsync<T>(Func<Task<T>> fetch)
    {
        try
        {
            var fetched = await fetch();
            telemetry.RecordFetch(isSuccess: true);
            return fetched;
        }
        catch (SwapiUnavailableException)
        {
            telemetry.RecordFetch(isSuccess: false);
            throw;
        }
        catch (TimeoutRejectedException)
        {
            telemetry.RecordFetch(isSuccess: false);
            throw new SwapiUnavailableException("No instance of SWAPI answered in time.");
        }
    }

    private static JsonElement ReadFacts(JsonElement response) =>
        SwapiFacts.Read(response) ?? throw new SwapiUnavailableException("SWAPI's person has no name.");

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>A person as SWAPI describes it.</summary>
/// <param name="Id">SWAPI's number of the person, which is not part of its facts.</param>
/// <param name="Facts">The documented fields of SWAPI's JSON object: <c>name</c>, <c>height</c>, <c>films</c> and so on.</param>
public sealed record SwapiPerson(int Id, JsonElement Facts)
{
    /// <summary>A new JSON object for a document: the facts, unchanged, and <c>id</c>.</summary>
    public JsonObject ToJson()
    {
        var json = JsonObject.Create(Facts) ?? [];
        json["id"] = Id;
        return json;
    }
}

/// <summary>No instance of SWAPI gave a valid response.</summary>
public sealed class SwapiUnavailableException(string message) : Exception(message)
{
    /// <summary>The shortest <c>Retry-After</c> of the instances; null when none sent it.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>False when every instance refuses for a known time, so that another round is pointless.</summary>
    public bool IsWorthRetryingNow { get; init; }
}
