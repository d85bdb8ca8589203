namespace OfflineActions.SyncGateway;

/// <summary>One row of the changes feed: a document at its newest place in it.</summary>
/// <param name="Id">The document's <c>_id</c>.</param>
/// <param name="IsRemoved">The document was deleted, or left the channels that are read.</param>
/// <param name="Document">
/// The document's JSON in UTF-8, with <c>_id</c> and <c>_rev</c>; null when it was not asked for, or Sync Gateway no longer has it at hand.
/// </param>
public sealed record ChangesRow(string Id, bool IsRemoved, ReadOnlyMemory<byte>? Document);
