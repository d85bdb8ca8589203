using System.Text.Json;
using Refit;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>The part of SWAPI's REST API that is asked. Where it lives is decided for each request: see <see cref="HostFailover"/>.</summary>
public interface ISwapiApi
{
    /// <summary>The list of people: <c>{"count", "next", "results"}</c> with a page of them, or all of them in a plain array.</summary>
    [Get("/people/")]
    Task<JsonElement> ListPeopleAsync(CancellationToken cancellationToken);

    /// <summary>One person; 404 when SWAPI has none of that number. The slash at the end spares a redirect.</summary>
    [Get("/people/{id}/")]
    Task<ApiResponse<JsonElement>> FindPersonAsync(int id, CancellationToken cancellationToken);
}
