namespace Emulators.SyncGateway.Store;

/// <param name="Revisions">How many revisions of a branch are remembered (<c>revs_limit</c>).</param>
/// <param name="AllowConflicts">Whether a document may have several live branches.</param>
internal sealed record StoreLimits(int Revisions, bool AllowConflicts);
