using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Store;

/// <param name="Revisions">How many revisions of a branch are remembered (<c>revs_limit</c>).</param>
/// <param name="AllowConflicts">Whether a document may have several live branches.</param>
/// <param name="LargestDocument">The largest body in bytes; null for any.</param>
/// <param name="Sync">What decides about channels and writes.</param>
internal sealed record StoreLimits(int Revisions, bool AllowConflicts, int? LargestDocument, SyncFunction Sync);
