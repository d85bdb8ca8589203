using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>Gets a Star Wars person: the one that <c>personId</c> names, else one chosen by the request itself.</summary>
public sealed class PersonHandler(SwapiPeople people, IOptions<SwapiOptions> options) : IActionHandler
{
    private const string PersonId = "personId";

    /// <inheritdoc />
    public IReadOnlyCollection<string> Inputs { get; } = [PersonId];

    /// <remarks>SWAPI may have to be asked twice: how many people there are, and then for one of them.</remarks>
    /// <inheritdoc />
    public TimeSpan Timeout => 2 * (options.Value.TotalTimeout + options.Value.LongestQueue);

    /// <inheritdoc />
    public int? MaxConcurrency => options.Value.MaxConcurrency;

    /// <inheritdoc />
    public async Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        try
        {
            return request.Inputs[PersonId] is { } asked
                ? await AskedAsync(asked, cancellationToken)
                : await ChosenAsync(request, cancellationToken);
        }
        catch (SwapiUnavailableException error)
        {
            return new ActionResult.TransientFailure(
                "swapi_unavailable",
                "The Star Wars archive cannot be reached at the moment. Please try again later.",
                error.RetryAfter);
        }
    }

    private async Task<ActionResult> AskedAsync(JsonNode asked, CancellationToken cancellationToken)
    {
        if (Number(asked) is not { } id)
        {
            return new ActionResult.PermanentFailure(
                "invalid_person_id",
                string.Create(CultureInfo.InvariantCulture, $"personId has to be a whole number from 1 to {int.MaxValue}."));
        }

        return await people.FindAsync(id, cancellationToken) is { } person
            ? Done(person)
            : new ActionResult.PermanentFailure(
                "person_not_found",
                string.Create(CultureInfo.InvariantCulture, $"There is no person {id} in SWAPI."));
    }

    private async Task<ActionResult> ChosenAsync(ActionRequest request, CancellationToken cancellationToken)
    {
        var highest = await people.HighestAsync(cancellationToken);

        foreach (var candidate in PersonChoice.Candidates(request.DocumentId, request.Revision, highest))
        {
            if (await people.FindAsync(candidate, cancellationToken) is { } person)
            {
                return Done(person);
            }
        }

        // A list of people of whom this many are missing is not a list to believe: later it may be right again.
        throw new SwapiUnavailableException("None of the chosen people exists, although SWAPI's list says they should.");
    }

    private static ActionResult.Succeeded Done(SwapiPerson person) => new(new JsonObject { ["person"] = person.ToJson() });

    // The literal decides, not what it could be converted to: 4.0 and 4e0 are not what an app writes for person 4.
    private static int? Number(JsonNode asked) =>
        asked.GetValueKind() is JsonValueKind.Number
        && int.TryParse(asked.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && id >= 1
            ? id
            : null;
}
