namespace OfflineActions.Emulators.Wire;

/// <summary>What one form of URL answers to.</summary>
/// <param name="Kind">What requests to it count as; writes are told apart by their method.</param>
internal sealed record Resource(RequestKind Kind)
{
    /// <summary>What each method does on both ports. HEAD is GET without its body, unless it is named.</summary>
    public IReadOnlyDictionary<string, Func<Exchange, Task>> Methods { get; init; } = new Dictionary<string, Func<Exchange, Task>>();

    /// <summary>What there is on the admin port only, or is different there.</summary>
    public IReadOnlyDictionary<string, Func<Exchange, Task>> Admin { get; init; } = new Dictionary<string, Func<Exchange, Task>>();

    /// <summary>What there is on the public port only, or is different there.</summary>
    public IReadOnlyDictionary<string, Func<Exchange, Task>> Public { get; init; } = new Dictionary<string, Func<Exchange, Task>>();

    /// <summary>Whether it belongs to a database that must be there.</summary>
    public bool NeedsDatabase { get; init; } = true;

    /// <summary>Whether it answers while its database is offline.</summary>
    public bool Offline { get; init; }

    /// <summary>Whether it answers without a login.</summary>
    public bool Anonymous { get; init; }

    /// <summary>Whether its own URL ends in a slash.</summary>
    public bool Slash { get; init; }

    public Func<Exchange, Task>? For(string method, bool admin) =>
        (admin ? Admin : Public).TryGetValue(method, out var handler)
        || Methods.TryGetValue(method, out handler)
        || (method == "HEAD" && (handler = For("GET", admin)) is not null)
            ? handler
            : null;
}
