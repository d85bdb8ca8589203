using System.Text.Json;
using Refit;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>The part of SWAPI's REST API that the worker uses. <see cref="HostFailover"/> chooses the instance for each request.</summary>
public interface ISwapiApi
{
    /// <summary>
    /// The list of people: <c>{"count", "next", "results"}</c> or <c>{"total_records", "next", "results"}</c> with one page, or an array
    /// with all of them.
    /// </summary>
    [Get("/people/")]
    Task<JsonElement> ListPeopleAsync(CancellationToken cancellationToken);

    /// <summary>One person; 404 when SWAPI has no person with that number. The slash at the end avoids a redirect.</summary>
    [Get("/people/{id}/")]
    Task<ApiResponse<JsonElement>> FindPersonAsync(int id, CancellationToken cancellationToken);
}
