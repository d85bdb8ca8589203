namespace Emulators.SyncGateway.Wire;

/// <summary>What one form of URL answers to.</summary>
/// <param name="Kind">What requests to it count as; writes are told apart by their method.</param>
/// <param name="Methods">What each method does. HEAD is GET without its body, unless it is named.</param>
internal sealed record Resource(RequestKind Kind, IReadOnlyDictionary<string, Func<Exchange, Task>> Methods)
{
    // The order in which Sync Gateway lists them.
    private static readonly string[] Known = ["GET", "HEAD", "POST", "PUT", "DELETE"];

    /// <summary>Whether it is there on the public port too.</summary>
    public bool Public { get; init; } = true;

    /// <summary>Whether it belongs to a database.</summary>
    public bool NeedsDatabase { get; init; } = true;

    public string Allow => string.Join(", ", Known.Where(method => For(method) is not null));

    public Func<Exchange, Task>? For(string method) =>
        Methods.TryGetValue(method, out var handler) || (method == "HEAD" && Methods.TryGetValue("GET", out handler)) ? handler : null;
}
