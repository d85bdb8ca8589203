namespace Contracts;

/// <summary>A revision of a document asks for a Star Wars person.</summary>
/// <remarks>
/// A reference, not a payload: whoever consumes it reads the current document and decides by that. Delivery is at least once
/// and order is not kept, so the same request may arrive again, late, or after the document has moved on.
/// </remarks>
public sealed record PersonRequested
{
    /// <summary>Where the document lives: <c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</summary>
    public required string Keyspace { get; init; }

    /// <summary>The document's <c>_id</c>.</summary>
    public required string DocumentId { get; init; }

    /// <summary>The revision that asked, for example <c>1-cd809becc169215072fd567eebd8b8de</c>.</summary>
    public required string Revision { get; init; }

    /// <summary>When the request was first seen on this side of Sync Gateway, in UTC.</summary>
    public required DateTimeOffset RequestedAt { get; init; }
}
