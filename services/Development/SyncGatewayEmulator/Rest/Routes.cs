using Handlers = System.Collections.Generic.Dictionary<
    string, System.Func<OfflineActions.Emulators.Rest.RequestContext, System.Threading.Tasks.Task>>;

namespace OfflineActions.Emulators.Rest;

/// <summary>All URLs and their handlers.</summary>
internal static class Routes
{
    private static readonly Dictionary<string, Resource> Server = new()
    {
        [""] = new(RequestKind.Other) { Methods = new Handlers { ["GET"] = ServerResource.WelcomeAsync }, NeedsDatabase = false },
        ["_ping"] = new(RequestKind.Other) { Methods = new Handlers { ["GET"] = ServerResource.PingAsync }, NeedsDatabase = false },
        ["_all_dbs"] =
            new(RequestKind.Other) { Admin = new Handlers { ["GET"] = ServerResource.AllDatabasesAsync }, NeedsDatabase = false },
        ["_status"] = new(RequestKind.Other)
        {
            Admin = new Handlers { ["GET"] = ServerResource.StatusAsync },
            NeedsDatabase = false,
            HasHead = false,
        },
        ["_expvar"] = new(RequestKind.Other)
        {
            Admin = new Handlers { ["GET"] = ServerResource.VariablesAsync },
            NeedsDatabase = false,
            HasHead = false,
        },
        ["_config"] = new(RequestKind.Other)
        {
            Admin = new Handlers { ["GET"] = ServerResource.ConfigurationAsync },
            NeedsDatabase = false,
            HasHead = false,
        },
    };

    private static readonly Resource[] DatabaseRoot =
    [
        new(RequestKind.Other) { Methods = new Handlers { ["GET"] = DatabaseResource.DescribeAsync }, Slash = true, Offline = true },
        new(RequestKind.Write) { Methods = new Handlers { ["POST"] = DocumentWriting.PostAsync }, Slash = true, IsInKeyspace = true },
        new(RequestKind.Other)
        {
            Public = new Handlers { ["PUT"] = DatabaseResource.CreateAsUserAsync },
            Admin = new Handlers { ["PUT"] = ConfigurationResource.CreateAsync, ["DELETE"] = ConfigurationResource.DeleteAsync },
            Slash = true,
            NeedsDatabase = false,
        },
    ];

    private static readonly Dictionary<string, Resource> Special = new()
    {
        ["_changes"] = new(RequestKind.Changes)
        {
            Methods = new Handlers { ["GET"] = ChangesResource.AnswerAsync, ["POST"] = ChangesResource.AnswerAsync },
            IsInKeyspace = true,
        },
        ["_bulk_docs"] = new(RequestKind.Write) { Methods = new Handlers { ["POST"] = BulkResource.WriteAsync }, IsInKeyspace = true },
        ["_bulk_get"] = new(RequestKind.Read) { Methods = new Handlers { ["POST"] = BulkGetResource.AnswerAsync }, IsInKeyspace = true },
        ["_all_docs"] = new(RequestKind.Read)
        {
            Methods = new Handlers { ["GET"] = AllDocumentsResource.AnswerAsync, ["POST"] = AllDocumentsResource.AnswerAsync },
            IsInKeyspace = true,
        },
        ["_revs_diff"] = new(RequestKind.Read) { Methods = new Handlers { ["POST"] = RevisionsDiffResource.AnswerAsync }, IsInKeyspace = true },
        ["_ensure_full_commit"] = new(RequestKind.Other) { Methods = new Handlers { ["POST"] = DatabaseResource.CommitAsync } },
        ["_session"] = new(RequestKind.Other)
        {
            Methods = new Handlers { ["GET"] = SessionResource.GetAsync },
            Public = new Handlers { ["POST"] = SessionResource.LogInAsync, ["DELETE"] = SessionResource.LogOutAsync },
            Admin = new Handlers { ["POST"] = SessionResource.CreateAsync },
            Anonymous = true,
        },
        ["_compact"] = new(RequestKind.Other)
        {
            Admin = new Handlers { ["GET"] = CompactionResource.GetAsync, ["POST"] = CompactionResource.StartAsync },
            HasHead = false,
        },
        ["_purge"] = new(RequestKind.Other) { Admin = new Handlers { ["POST"] = RawResource.PurgeAsync }, IsInKeyspace = true },
        ["_config"] = new(RequestKind.Other)
        {
            Admin = new Handlers
            {
                ["GET"] = ConfigurationResource.GetAsync,
                ["PUT"] = ConfigurationResource.ReplaceAsync,
                ["POST"] = ConfigurationResource.ChangeAsync,
            },
            Offline = true,
            HasHead = false,
        },
        ["_offline"] =
            new(RequestKind.Other) { Admin = new Handlers { ["POST"] = ConfigurationResource.TakeOfflineAsync }, Offline = true },
        ["_online"] = new(RequestKind.Other) { Admin = new Handlers { ["POST"] = ConfigurationResource.TakeOnlineAsync }, Offline = true },
        ["_user"] = new(RequestKind.Other)
        {
            Admin = new Handlers { ["GET"] = PrincipalResource.UsersAsync, ["POST"] = PrincipalResource.AddUserAsync },
            Slash = true,
        },
        ["_role"] = new(RequestKind.Other)
        {
            Admin = new Handlers { ["GET"] = PrincipalResource.RolesAsync, ["POST"] = PrincipalResource.AddRoleAsync },
            Slash = true,
        },
    };

    private static readonly Dictionary<string, Resource> Named = new()
    {
        ["_local"] = new(RequestKind.Local)
        {
            Methods =
                new Handlers { ["GET"] = LocalResource.GetAsync, ["PUT"] = LocalResource.PutAsync, ["DELETE"] = LocalResource.DeleteAsync },
            IsInKeyspace = true,
        },
        ["_design"] = new(RequestKind.Other)
        {
            Methods = new Handlers { ["GET"] = DesignResource.GetAsync, ["PUT"] = DesignResource.PutAsync, ["DELETE"] = DesignResource.DeleteAsync },
        },
        ["_raw"] = new(RequestKind.Other) { Admin = new Handlers { ["GET"] = RawResource.GetAsync }, IsInKeyspace = true },
        ["_revtree"] = new(RequestKind.Other)
        {
            Admin = new Handlers { ["GET"] = RawResource.TreeAsync },
            IsInKeyspace = true,
            HasHead = false,
        },
        ["_session"] = new(RequestKind.Other)
        {
            Admin = new Handlers { ["GET"] = SessionResource.GetOtherAsync, ["DELETE"] = SessionResource.DeleteOtherAsync },
            HasHead = false,
        },
        ["_user"] = new(RequestKind.Other)
        {
            Admin = new Handlers
            {
                ["GET"] = PrincipalResource.GetUserAsync,
                ["PUT"] = PrincipalResource.PutUserAsync,
                ["DELETE"] = PrincipalResource.DeleteUserAsync,
            },
            KeepsName = true,
        },
        ["_role"] = new(RequestKind.Other)
        {
            Admin = new Handlers
            {
                ["GET"] = PrincipalResource.GetRoleAsync,
                ["PUT"] = PrincipalResource.PutRoleAsync,
                ["DELETE"] = PrincipalResource.DeleteRoleAsync,
            },
            KeepsName = true,
        },
    };

    private static readonly Resource SessionsOfUser = new(RequestKind.Other)
    {
        Admin = new Handlers { ["DELETE"] = SessionResource.DeleteAllOfUserAsync },
    };

    private static readonly Resource SessionOfUser = new(RequestKind.Other)
    {
        Admin = new Handlers { ["DELETE"] = SessionResource.DeleteOfUserAsync },
    };

    private static readonly Resource ViewOfDesign =
        new(RequestKind.Other) { Methods = new Handlers { ["GET"] = DesignResource.ViewAsync }, HasHead = false };

    private static readonly Resource[] Document =
    [
        new(RequestKind.Read)
        {
            Methods = new Handlers { ["GET"] = DocumentReading.GetAsync, ["PUT"] = DocumentWriting.PutAsync, ["DELETE"] = DocumentWriting.DeleteAsync },
            IsInKeyspace = true,
        },
    ];

    private static readonly Resource[] AttachmentOfDocument =
    [
        new(RequestKind.Read)
        {
            Methods = new Handlers
            {
                ["GET"] = AttachmentResource.GetAsync,
                ["PUT"] = AttachmentResource.PutAsync,
                ["DELETE"] = AttachmentResource.DeleteAsync,
            },
            IsInKeyspace = true,
        },
    ];

    /// <summary>Finds the route of a path; null when the path is unknown.</summary>
    public static Route? Find(IReadOnlyList<string> path)
    {
        if (path.Count > 1 && path[^1].Length == 0 && FindExact([.. path.SkipLast(1)]) is { Slash: false } shorter)
        {
            return shorter with { Redirect = -1 };
        }

        return FindExact(path) is not { } route ? null
            : route.Slash && path[^1].Length > 0 ? route with { Redirect = +1 }
            : route;
    }

    private static Route? FindExact(IReadOnlyList<string> path) => path switch
    {
        [var name] when Server.TryGetValue(name, out var found) => new([found], "", "", ""),
        [[not '_', ..] db] => new(DatabaseRoot, db, "", ""),
        [[not '_', ..] db, ""] => new(DatabaseRoot, db, "", ""),
        [[not '_', ..] db, ['_', ..] special] => FindSpecial(Special, special, db, ""),
        [[not '_', ..] db, ("_user" or "_role") and { } special, ""] => FindSpecial(Special, special, db, ""),
        [[not '_', ..], "_raw" or "_revtree", ['_', ..]] => null,
        [[not '_', ..] db, ['_', ..] special, [_, ..] name] => FindSpecial(Named, special, db, name),
        [[not '_', ..] db, "_user", [_, ..] name, "_session"] => new([SessionsOfUser], db, name, ""),
        [[not '_', ..] db, "_user", [_, ..] name, "_session", [_, ..] id] => new([SessionOfUser], db, name, id),
        [[not '_', ..] db, "_design", [_, ..] design, "_view", [_, ..] view] => new([ViewOfDesign], db, design, view),
        [[not '_', ..] db, [not '_', ..] document] => new(Document, db, document, ""),
        [[not '_', ..] db, [not '_', ..] document, [_, ..] attachment] => new(AttachmentOfDocument, db, document, attachment),
        _ => null,
    };

    private static Route? FindSpecial(Dictionary<string, Resource> resources, string special, string db, string name) =>
        resources.TryGetValue(special, out var found) ? new([found], db, name, "") : null;
}
