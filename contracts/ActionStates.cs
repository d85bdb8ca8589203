using System.Diagnostics.CodeAnalysis;

namespace OfflineActions.Contracts;

/// <summary>The values of a document's <c>action</c> property for one action.</summary>
/// <param name="Name">The prefix of the states, for example <c>person</c>.</param>
public sealed record ActionStates(string Name)
{
    private const string RequestSuffix = "_request";

    /// <summary>Written by the app: the action is requested.</summary>
    public string Request => Name + RequestSuffix;

    /// <summary>Written by the worker: the action succeeded.</summary>
    public string Success => Name + "_success";

    /// <summary>Written by the worker: the action failed; the document's <c>error</c> says why.</summary>
    public string Failure => Name + "_failure";

    /// <summary>Whether a document with this <c>action</c> requests an action, known here or not: it ends in <c>_request</c>.</summary>
    public static bool IsRequest([NotNullWhen(true)] string? action) => action?.EndsWith(RequestSuffix, StringComparison.Ordinal) is true;
}
