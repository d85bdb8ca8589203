using System.Diagnostics.CodeAnalysis;

namespace OfflineActions.Contracts;

/// <summary>The values of a document's <c>action</c> property over the life of one action.</summary>
/// <param name="Name">What they begin with, for example <c>person</c>.</param>
public sealed record ActionStates(string Name)
{
    private const string RequestSuffix = "_request";

    /// <summary>Written by the app: please do it.</summary>
    public string Request => Name + RequestSuffix;

    /// <summary>Written by the worker: done.</summary>
    public string Success => Name + "_success";

    /// <summary>Written by the worker: given up, and the document's <c>error</c> says why.</summary>
    public string Failure => Name + "_failure";

    /// <summary>Whether a document with this <c>action</c> requests an action, known here or not: it ends in <c>_request</c>.</summary>
    public static bool IsRequest([NotNullWhen(true)] string? action) => action?.EndsWith(RequestSuffix, StringComparison.Ordinal) is true;
}
