namespace Emulators.SyncGateway.Wire;

/// <summary>Every URL that is answered.</summary>
internal static class Routes
{
    private static readonly Resource Root = new(RequestKind.Other, new Dictionary<string, Func<Exchange, Task>>
    {
        ["GET"] = ServerResource.Welcome,
    })
    { NeedsDatabase = false };

    private static readonly Resource Ping = new(RequestKind.Other, new Dictionary<string, Func<Exchange, Task>>
    {
        ["GET"] = ServerResource.Ping,
    })
    { NeedsDatabase = false };

    private static readonly Resource AllDatabases = new(RequestKind.Other, new Dictionary<string, Func<Exchange, Task>>
    {
        ["GET"] = ServerResource.AllDatabases,
    })
    { NeedsDatabase = false, Public = false };

    private static readonly Resource TheDatabase = new(RequestKind.Other, new Dictionary<string, Func<Exchange, Task>>
    {
        ["GET"] = DatabaseResource.Describe,
        ["POST"] = DocumentWriting.Post,
    });

    private static readonly Resource Document = new(RequestKind.Read, new Dictionary<string, Func<Exchange, Task>>
    {
        ["GET"] = DocumentReading.Get,
        ["PUT"] = DocumentWriting.Put,
        ["DELETE"] = DocumentWriting.Delete,
    });

    private static readonly Resource AttachmentOfDocument = new(RequestKind.Read, new Dictionary<string, Func<Exchange, Task>>
    {
        ["GET"] = DocumentReading.GetAttachment,
    });

    private static readonly Resource Local = new(RequestKind.Local, new Dictionary<string, Func<Exchange, Task>>
    {
        ["GET"] = LocalResource.Get,
        ["PUT"] = LocalResource.Put,
        ["DELETE"] = LocalResource.Delete,
    });

    private static readonly Dictionary<string, Resource> Special = new()
    {
        ["_changes"] = new(RequestKind.Changes, new Dictionary<string, Func<Exchange, Task>>
        {
            ["GET"] = ChangesResource.Answer,
            ["POST"] = ChangesResource.Answer,
        }),
        ["_bulk_docs"] = new(RequestKind.Write, new Dictionary<string, Func<Exchange, Task>> { ["POST"] = BulkResource.Write }),
        ["_all_docs"] = new(RequestKind.Read, new Dictionary<string, Func<Exchange, Task>>
        {
            ["GET"] = AllDocumentsResource.Answer,
            ["POST"] = AllDocumentsResource.Answer,
        }),
        ["_revs_diff"] = new(RequestKind.Read, new Dictionary<string, Func<Exchange, Task>> { ["POST"] = BulkResource.Compare }),
        ["_ensure_full_commit"] = new(RequestKind.Other, new Dictionary<string, Func<Exchange, Task>>
        {
            ["POST"] = DatabaseResource.Commit,
        }),
    };

    /// <summary>The resource that a path names, with the database and the rest of the path; null for none.</summary>
    public static (Resource Resource, string Database, string Name, string SubName)? Find(IReadOnlyList<string> path) => path switch
    {
        [""] => (Root, "", "", ""),
        ["_ping"] => (Ping, "", "", ""),
        ["_all_dbs"] => (AllDatabases, "", "", ""),
        [[not '_', ..] db, ""] => (TheDatabase, db, "", ""),
        [[not '_', ..] db, "_local", _, ..] => (Local, db, string.Join('/', path.Skip(2)), ""),
        [[not '_', ..] db, ['_', ..] special] => Special.TryGetValue(special, out var found) ? (found, db, "", "") : null,
        [[not '_', ..] db, ['_', ..] special, ""] => Special.TryGetValue(special, out var found) ? (found, db, "", "") : null,
        [_, ['_', ..], ..] => null,
        [[not '_', ..] db, var document] => (Document, db, document, ""),
        [[not '_', ..] db, [_, ..] document, _, ..] => (AttachmentOfDocument, db, document, string.Join('/', path.Skip(2))),
        _ => null,
    };
}
