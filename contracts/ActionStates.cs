namespace OfflineActions.Contracts;

/// <summary>The values of a document's <c>action</c> property over the life of one action.</summary>
/// <param name="Name">What they begin with, for example <c>person</c>.</param>
public sealed record ActionStates(string Name)
{
    /// <summary>How every action's <see cref="Request"/> ends; filters and routes recognise a request by it.</summary>
    public const string RequestSuffix = "_request";

    /// <summary>Written by the app: please do it.</summary>
    public string Request => Name + RequestSuffix;

    /// <summary>Written by the worker: done.</summary>
    public string Success => Name + "_success";

    /// <summary>Written by the worker: given up, and the document's <c>error</c> says why.</summary>
    public string Failure => Name + "_failure";
}
