using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>
/// Gets a Star Wars person from SWAPI: the one with the number <c>personId</c>, else one chosen by a hash of the request.
/// </summary>
public sealed class PersonHandler(SwapiPeople people, IOptions<SwapiOptions> options) : IActionHandler
{
    private const string PersonId = "personId";
    private const string SwapiUnavailable = "swapi_unavailable";
    private const string InvalidPersonId = "invalid_person_id";
    private const string PersonNotFound = "person_not_found";

    /// <inheritdoc />
    public IReadOnlyCollection<string> Inputs { get; } = [PersonId];

    /// <remarks>Two fetches: the number of people, and one person.</remarks>
    /// <inheritdoc />
    public TimeSpan Timeout => 2 * (options.Value.TotalTimeout + options.Value.LongestQueue);

    /// <inheritdoc />
    public int? MaxConcurrency => options.Value.MaxConcurrency;

    /// <inheritdoc />
    public IReadOnlyCollection<string> FailureCodes { get; } = [SwapiUnavailable, InvalidPersonId, PersonNotFound];

    /// <inheritdoc />
    public async Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        try
        {
            return request.Inputs[PersonId] is { } personId
                ? await GetPersonAsync(personId, cancellationToken)
                : await ChoosePersonAsync(request, cancellationToken);
        }
        catch (SwapiUnavailableException error)
        {
            return new ActionResult.TransientFailure(
                SwapiUnavailable,
                "The Star Wars archive cannot be reached at the moment. Please try again later.",
                error.RetryAfter);
        }
    }

    private async Task<ActionResult> GetPersonAsync(JsonNode personId, CancellationToken cancellationToken)
    {
        if (ReadNumber(personId) is not { } id)
        {
            return new ActionResult.PermanentFailure(
                InvalidPersonId,
                string.Create(CultureInfo.InvariantCulture, $"personId must be a whole number from 1 to {int.MaxValue}."));
        }

        return await people.FindAsync(id, cancellationToken) is { } person
            ? Succeed(person)
            : new ActionResult.PermanentFailure(
                PersonNotFound,
                string.Create(CultureInfo.InvariantCulture, $"There is no person {id} in SWAPI."));
    }

    private async Task<ActionResult> ChoosePersonAsync(ActionRequest request, CancellationToken cancellationToken)
    {
        var highest = await people.FindHighestAsync(cancellationToken);

        foreach (var candidate in PersonChoice.Candidates(request.DocumentId, request.Revision, highest))
        {
            if (await people.FindAsync(candidate, cancellationToken) is { } person)
            {
                return Succeed(person);
            }
        }

        // So many missing people mean that the list is wrong. It may be right again later.
        throw new SwapiUnavailableException("SWAPI has none of the chosen people, although its list says so.");
    }

    private static ActionResult.Succeeded Succeed(SwapiPerson person) => new(new JsonObject { ["person"] = person.ToJson() });

    // 4, 4.0 and 4e0 are one number in JSON, and some clients write every number with a point.
    private static int? ReadNumber(JsonNode personId) =>
        personId.GetValueKind() is JsonValueKind.Number
        && decimal.TryParse(personId.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var id)
        && decimal.IsInteger(id)
        && id is >= 1 and <= int.MaxValue
            ? (int)id
            : null;
}
