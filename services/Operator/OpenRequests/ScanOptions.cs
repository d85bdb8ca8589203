using System.CommandLine;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.OpenRequests;

/// <summary>The options that say where open requests are looked for.</summary>
internal sealed class ScanOptions
{
    private readonly Option<string[]> keyspaces = new("--keyspace")
    {
        Description = "where documents are: db, db.collection or db.scope.collection; may be repeated",
        DefaultValueFactory = _ => ["db"],
    };

    private readonly Option<string?> channel = new("--channel")
    {
        Description = "read this channel only, when the sync function puts every request in one",
    };

    public ScanOptions(Command command)
    {
        keyspaces.Validators.Add(given =>
        {
            foreach (var token in given.Tokens.Where(token => !Keyspace.IsValid(token.Value)))
            {
                given.AddError($"'{token.Value}' is no keyspace: write db, db.collection or db.scope.collection.");
            }
        });
        command.Add(keyspaces);
        command.Add(channel);
    }

    public IReadOnlyList<(string Keyspace, OpenRequestScan Scan)> Read(ParseResult given, SyncGatewayClient documents) =>
    [
        .. given.GetValue(keyspaces)!.Distinct().Select(keyspace => (keyspace, new OpenRequestScan(documents, keyspace, given.GetValue(channel)))),
    ];
}
