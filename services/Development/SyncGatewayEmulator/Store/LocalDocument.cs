namespace OfflineActions.Emulators.Store;

/// <param name="Id">The id without <c>_local/</c>.</param>
/// <param name="Number">The N of its revision 0-N.</param>
/// <param name="Body">The user's members in canonical spelling.</param>
/// <param name="Touched">When it was last read or written.</param>
internal sealed record LocalDocument(string Id, int Number, byte[] Body, DateTimeOffset Touched)
{
    public string Revision => $"0-{Number}";
}
