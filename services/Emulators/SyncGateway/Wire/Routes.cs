using Handlers = System.Collections.Generic.Dictionary<
    string, System.Func<Emulators.SyncGateway.Wire.Exchange, System.Threading.Tasks.Task>>;

namespace Emulators.SyncGateway.Wire;

/// <summary>Every URL that is answered.</summary>
internal static class Routes
{
    private static readonly Dictionary<string, Resource> Server = new()
    {
        [""] = new(RequestKind.Other) { Methods = new Handlers { ["GET"] = ServerResource.Welcome }, NeedsDatabase = false },
        ["_ping"] = new(RequestKind.Other) { Methods = new Handlers { ["GET"] = ServerResource.Ping }, NeedsDatabase = false },
        ["_all_dbs"] = new(RequestKind.Other) { Admin = new Handlers { ["GET"] = ServerResource.AllDatabases }, NeedsDatabase = false },
        ["_status"] = new(RequestKind.Other) { Admin = new Handlers { ["GET"] = ServerResource.Status }, NeedsDatabase = false },
        ["_expvar"] = new(RequestKind.Other) { Admin = new Handlers { ["GET"] = ServerResource.Variables }, NeedsDatabase = false },
        ["_config"] = new(RequestKind.Other) { Admin = new Handlers { ["GET"] = ServerResource.Configuration }, NeedsDatabase = false },
    };

    private static readonly Resource[] TheDatabase =
    [
        new(RequestKind.Other) { Methods = new Handlers { ["GET"] = DatabaseResource.Describe }, Slash = true, Offline = true },
        new(RequestKind.Write) { Methods = new Handlers { ["POST"] = DocumentWriting.Post }, Slash = true },
        new(RequestKind.Other)
        {
            Public = new Handlers { ["PUT"] = DatabaseResource.CreateAsUser },
            Admin = new Handlers { ["PUT"] = ConfigurationResource.Create, ["DELETE"] = ConfigurationResource.Delete },
            Slash = true,
            NeedsDatabase = false,
        },
    ];

    private static readonly Dictionary<string, Resource> Special = new()
    {
        ["_changes"] = new(RequestKind.Changes) { Methods = new Handlers { ["GET"] = ChangesResource.Answer, ["POST"] = ChangesResource.Answer } },
        ["_bulk_docs"] = new(RequestKind.Write) { Methods = new Handlers { ["POST"] = BulkResource.Write } },
        ["_bulk_get"] = new(RequestKind.Read) { Methods = new Handlers { ["POST"] = BulkGetResource.Answer } },
        ["_all_docs"] = new(RequestKind.Read)
        {
            Methods = new Handlers { ["GET"] = AllDocumentsResource.Answer, ["POST"] = AllDocumentsResource.Answer },
        },
        ["_revs_diff"] = new(RequestKind.Read) { Methods = new Handlers { ["POST"] = RevisionsDiffResource.Answer } },
        ["_ensure_full_commit"] = new(RequestKind.Other) { Methods = new Handlers { ["POST"] = DatabaseResource.Commit } },
        ["_session"] = new(RequestKind.Other)
        {
            Methods = new Handlers { ["GET"] = SessionResource.Get },
            Public = new Handlers { ["POST"] = SessionResource.LogIn, ["DELETE"] = SessionResource.LogOut },
            Admin = new Handlers { ["POST"] = SessionResource.Create },
            Anonymous = true,
        },
        ["_purge"] = new(RequestKind.Other) { Admin = new Handlers { ["POST"] = RawResource.Purge } },
        ["_config"] = new(RequestKind.Other)
        {
            Admin = new Handlers
            {
                ["GET"] = ConfigurationResource.Get,
                ["PUT"] = ConfigurationResource.Replace,
                ["POST"] = ConfigurationResource.Change,
            },
            Offline = true,
        },
        ["_offline"] = new(RequestKind.Other) { Admin = new Handlers { ["POST"] = ConfigurationResource.TakeOffline }, Offline = true },
        ["_online"] = new(RequestKind.Other) { Admin = new Handlers { ["POST"] = ConfigurationResource.TakeOnline }, Offline = true },
        ["_user"] = new(RequestKind.Other)
        {
            Admin = new Handlers { ["GET"] = PrincipalResource.Users, ["POST"] = PrincipalResource.AddUser },
            Slash = true,
        },
        ["_role"] = new(RequestKind.Other)
        {
            Admin = new Handlers { ["GET"] = PrincipalResource.Roles, ["POST"] = PrincipalResource.AddRole },
            Slash = true,
        },
    };

    private static readonly Dictionary<string, Resource> Named = new()
    {
        ["_local"] = new(RequestKind.Local)
        {
            Methods = new Handlers { ["GET"] = LocalResource.Get, ["PUT"] = LocalResource.Put, ["DELETE"] = LocalResource.Delete },
        },
        ["_design"] = new(RequestKind.Other)
        {
            Methods = new Handlers { ["GET"] = DesignResource.Get, ["PUT"] = DesignResource.Put, ["DELETE"] = DesignResource.Delete },
        },
        ["_raw"] = new(RequestKind.Other) { Admin = new Handlers { ["GET"] = RawResource.Get } },
        ["_revtree"] = new(RequestKind.Other) { Admin = new Handlers { ["GET"] = RawResource.Tree } },
        ["_session"] = new(RequestKind.Other)
        {
            Admin = new Handlers { ["GET"] = SessionResource.GetOther, ["DELETE"] = SessionResource.DeleteOther },
        },
        ["_user"] = new(RequestKind.Other)
        {
            Admin = new Handlers
            {
                ["GET"] = PrincipalResource.GetUser,
                ["PUT"] = PrincipalResource.PutUser,
                ["DELETE"] = PrincipalResource.DeleteUser,
            },
        },
        ["_role"] = new(RequestKind.Other)
        {
            Admin = new Handlers
            {
                ["GET"] = PrincipalResource.GetRole,
                ["PUT"] = PrincipalResource.PutRole,
                ["DELETE"] = PrincipalResource.DeleteRole,
            },
        },
    };

    private static readonly Resource SessionsOfUser = new(RequestKind.Other)
    {
        Admin = new Handlers { ["DELETE"] = SessionResource.DeleteAllOfUser },
    };

    private static readonly Resource SessionOfUser = new(RequestKind.Other)
    {
        Admin = new Handlers { ["DELETE"] = SessionResource.DeleteOfUser },
    };

    private static readonly Resource ViewOfDesign = new(RequestKind.Other) { Methods = new Handlers { ["GET"] = DesignResource.View } };

    private static readonly Resource[] Document =
    [
        new(RequestKind.Read)
        {
            Methods = new Handlers { ["GET"] = DocumentReading.Get, ["PUT"] = DocumentWriting.Put, ["DELETE"] = DocumentWriting.Delete },
        },
    ];

    private static readonly Resource[] AttachmentOfDocument =
    [
        new(RequestKind.Read)
        {
            Methods = new Handlers
            {
                ["GET"] = AttachmentResource.Get,
                ["PUT"] = AttachmentResource.Put,
                ["DELETE"] = AttachmentResource.Delete,
            },
        },
    ];

    /// <summary>The resources that a path may mean, tried in order; none when it is unknown.</summary>
    public static Route? Find(IReadOnlyList<string> path)
    {
        if (path.Count > 1 && path[^1].Length == 0 && Exact([.. path.SkipLast(1)]) is { Slash: false } shorter)
        {
            return shorter with { Redirect = -1 };
        }

        return Exact(path) is not { } route ? null
            : route.Slash && path[^1].Length > 0 ? route with { Redirect = +1 }
            : route;
    }

    private static Route? Exact(IReadOnlyList<string> path) => path switch
    {
        [var name] when Server.TryGetValue(name, out var found) => new([found], "", "", ""),
        [[not '_', ..] db] => new(TheDatabase, db, "", ""),
        [[not '_', ..] db, ""] => new(TheDatabase, db, "", ""),
        [[not '_', ..] db, ['_', ..] special] => One(Special, special, db, ""),
        [[not '_', ..] db, ("_user" or "_role") and { } special, ""] => One(Special, special, db, ""),
        [[not '_', ..] db, ['_', ..] special, [_, ..] name] => One(Named, special, db, name),
        [[not '_', ..] db, "_user", [_, ..] name, "_session"] => new([SessionsOfUser], db, name, ""),
        [[not '_', ..] db, "_user", [_, ..] name, "_session", [_, ..] id] => new([SessionOfUser], db, name, id),
        [[not '_', ..] db, "_design", [_, ..] design, "_view", [_, ..] view] => new([ViewOfDesign], db, design, view),
        [[not '_', ..] db, [not '_', ..] document] => new(Document, db, document, ""),
        [[not '_', ..] db, [not '_', ..] document, [_, ..] attachment] => new(AttachmentOfDocument, db, document, attachment),
        _ => null,
    };

    private static Route? One(Dictionary<string, Resource> resources, string special, string db, string name) =>
        resources.TryGetValue(special, out var found) ? new([found], db, name, "") : null;
}
