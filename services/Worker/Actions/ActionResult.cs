using System.Text.Json.Nodes;

namespace OfflineActions.Worker.Actions;

/// <summary>How an action ended.</summary>
public abstract record ActionResult
{
    private ActionResult()
    {
    }

    /// <summary>Done.</summary>
    /// <param name="Properties">What the document gets, for example <c>{"person": {…}}</c>.</param>
    public sealed record Succeeded(JsonObject Properties) : ActionResult;

    /// <summary>Will never succeed, however often it is tried.</summary>
    /// <param name="Code">A stable word for programs, for example <c>person_not_found</c>.</param>
    /// <param name="Message">A sentence for the person who holds the device.</param>
    public sealed record PermanentFailure(string Code, string Message) : ActionResult;

    /// <summary>May succeed later.</summary>
    /// <param name="Code">A stable word for programs, for example <c>swapi_unavailable</c>.</param>
    /// <param name="Message">A sentence for the person who holds the device.</param>
    /// <param name="RetryAfter">How long the other side asked us to wait, if it did.</param>
    public sealed record TransientFailure(string Code, string Message, TimeSpan? RetryAfter = null) : ActionResult;
}
