using System.CommandLine;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.OpenRequests;

/// <summary>The options that say where to look for open requests.</summary>
internal sealed class ScanOptions
{
    private readonly Option<string[]> keyspaces = new("--keyspace")
    {
        Description = "a keyspace: db, db.collection or db.scope.collection; can be repeated",
        DefaultValueFactory = _ => ["db"],
    };

    private readonly Option<string?> channel = new("--channel")
    {
        Description = "read only this channel; the sync function must put every request in it",
    };

    private readonly ActionCatalog actions;

    public ScanOptions(Command command, ActionCatalog actions)
    {
        this.actions = actions;
        keyspaces.Validators.Add(given =>
        {
            foreach (var token in given.Tokens.Where(token => !Keyspace.IsValid(token.Value)))
            {
                given.AddError($"'{token.Value}' is not a keyspace: write {Keyspace.Expected}.");
            }
        });
        command.Add(keyspaces);
        command.Add(channel);
    }

    public IReadOnlyList<(string Keyspace, OpenRequestScan Scan)> Read(ParseResult given, SyncGatewayClient documents) =>
    [
        .. given.GetValue(keyspaces)!.Distinct().Select(keyspace =>
            (keyspace, new OpenRequestScan(documents, actions, keyspace, given.GetValue(channel)))),
    ];
}
