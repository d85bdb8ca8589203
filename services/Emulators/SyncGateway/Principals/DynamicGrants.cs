using Emulators.SyncGateway.Store;

namespace Emulators.SyncGateway.Principals;

/// <summary>What documents grant by the sync function's <c>access()</c> and <c>role()</c>. Guarded by its owner's lock.</summary>
internal sealed class DynamicGrants
{
    private readonly Dictionary<string, Grants> documents = new(StringComparer.Ordinal);

    /// <summary>Takes a document's grants over from its newest winner; what it granted before keeps its sequence.</summary>
    /// <returns>Whether anything is different now.</returns>
    public bool Update(string documentId, SyncOutcome outcome, long sequence)
    {
        var before = documents.GetValueOrDefault(documentId);
        if (!outcome.Grants)
        {
            return documents.Remove(documentId);
        }

        documents[documentId] = new(Pairs(outcome.Access, before?.Channels, sequence), Pairs(outcome.Roles, before?.Roles, sequence));
        return true;
    }

    public IEnumerable<(string Channel, long Since)> ChannelsOf(string principal) => Of(principal, static grants => grants.Channels);

    public IEnumerable<(string Role, long Since)> RolesOf(string user) => Of(user, static grants => grants.Roles);

    private IEnumerable<(string, long)> Of(string to, Func<Grants, Dictionary<(string To, string What), long>> kind) =>
        documents.Values.SelectMany(grants => kind(grants)).Where(pair => pair.Key.To == to).Select(pair => (pair.Key.What, pair.Value));

    private static Dictionary<(string To, string What), long> Pairs(
        IReadOnlyDictionary<string, IReadOnlyList<string>> granted, Dictionary<(string To, string What), long>? before, long sequence) => granted
        .SelectMany(list => list.Value.Distinct().Select(what => (list.Key, what)))
        .ToDictionary(pair => pair, pair => before?.GetValueOrDefault(pair, sequence) ?? sequence);

    private sealed record Grants(Dictionary<(string To, string What), long> Channels, Dictionary<(string To, string What), long> Roles);
}
