using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Principals;

/// <summary>
/// Channels and roles that documents grant with <c>access()</c> and <c>role()</c> in the sync function. Guarded by the lock of the owner.
/// </summary>
internal sealed class DynamicGrants
{
    private readonly Dictionary<(string Collection, string Id), Grants> documents = [];

    /// <summary>Replaces the grants of a document by those of its winner; grants it had before keep their sequence.</summary>
    /// <returns>Whether grants may have changed.</returns>
    public bool Update(string collection, string documentId, SyncOutcome outcome, long sequence)
    {
        var document = (collection, documentId);
        var before = documents.GetValueOrDefault(document);
        if (!outcome.HasGrants)
        {
            return documents.Remove(document);
        }

        documents[document] = new(Pairs(outcome.Access, before?.Channels, sequence), Pairs(outcome.Roles, before?.Roles, sequence));
        return true;
    }

    public IEnumerable<(string Channel, long Since)> ChannelsOf(string principal, string collection) =>
        Of(principal, documents.Where(document => document.Key.Collection == collection).Select(document => document.Value.Channels));

    public IEnumerable<(string Role, long Since)> RolesOf(string user) => Of(user, documents.Values.Select(grants => grants.Roles));

    private static IEnumerable<(string, long)> Of(string to, IEnumerable<Dictionary<(string To, string What), long>> granted) =>
        granted.SelectMany(pairs => pairs).Where(pair => pair.Key.To == to).Select(pair => (pair.Key.What, pair.Value));

    private static Dictionary<(string To, string What), long> Pairs(
        IReadOnlyDictionary<string, IReadOnlyList<string>> granted, Dictionary<(string To, string What), long>? before, long sequence) => granted
        .SelectMany(list => list.Value.Distinct().Select(what => (list.Key, what)))
        .ToDictionary(pair => pair, pair => before?.GetValueOrDefault(pair, sequence) ?? sequence);

    private sealed record Grants(Dictionary<(string To, string What), long> Channels, Dictionary<(string To, string What), long> Roles);
}
