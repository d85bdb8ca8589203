namespace Contracts;

/// <summary>What every action's message says: which revision of which document asked, and when that was seen.</summary>
/// <param name="Keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
/// <param name="DocumentId">The document's <c>_id</c>.</param>
/// <param name="Revision">The revision that asked.</param>
/// <param name="RequestedAt">When the request was first seen on this side of Sync Gateway, in UTC.</param>
public sealed record RequestReference(string Keyspace, string DocumentId, string Revision, DateTimeOffset RequestedAt);
