namespace Emulators.SyncGateway.Store;

/// <param name="Id">The id without <c>_local/</c>.</param>
/// <param name="Number">The N of its revision 0-N.</param>
/// <param name="Body">The user's members in canonical spelling.</param>
internal sealed record LocalDocument(string Id, int Number, byte[] Body)
{
    public string Revision => $"0-{Number}";
}
