using System.Text.Json;
using System.Text.Json.Nodes;
using OfflineActions.Emulators.Principals;

namespace OfflineActions.Emulators.Configuration;

/// <summary>The settings of the emulator's options in the form of a database configuration.</summary>
internal static class DatabaseSettings
{
    /// <param name="name">The name of the database.</param>
    /// <param name="options">The options of the emulator.</param>
    public static JsonElement Write(string name, SyncGatewayEmulatorOptions options)
    {
        var isDefault = options.Collections.All(collection => collection == CollectionConfiguration.DefaultName);
        var names = isDefault ? [] : options.Collections.Select(collection => collection.Split('.', 2)).ToList();
        var json = new JsonObject
        {
            ["name"] = name,
            ["revs_limit"] = options.RevisionsLimit,
            ["allow_conflicts"] = options.AllowConflicts,
            ["users"] = Users(options, names),
            ["event_handlers"] = Events(name, options),
        };
        if (names.Count > 0)
        {
            json["scopes"] = Access(names, "collections", _ => options.SyncFunction is { } sync ? new() { ["sync"] = sync } : []);
        }
        else if (options.SyncFunction is { } sync)
        {
            json["sync"] = sync;
        }

        return JsonSerializer.SerializeToElement(json);
    }

    private static JsonObject Users(SyncGatewayEmulatorOptions options, List<string[]> names)
    {
        var users = new JsonObject { [User.GuestName] = options.Guest ? WithAllChannels(names) : new JsonObject { ["disabled"] = true } };
        foreach (var (user, password) in options.Users)
        {
            users[user] = WithAllChannels(names);
            users[user]!["password"] = password;
        }

        return users;
    }

    private static JsonObject WithAllChannels(List<string[]> names)
    {
        static JsonObject All() => new() { ["admin_channels"] = new JsonArray(UserAccess.Star) };
        return names.Count == 0 ? All() : new() { ["collection_access"] = Access(names, level: null, _ => All()) };
    }

    /// <summary><c>{"scope":{"collection":…}}</c>, with another level below the scope if it has a name.</summary>
    private static JsonObject Access(List<string[]> names, string? level, Func<string, JsonObject> value)
    {
        var scopes = new JsonObject();
        foreach (var scope in names.GroupBy(parts => parts[0]))
        {
            var collections = new JsonObject(scope.Select(parts => KeyValuePair.Create(parts[^1], (JsonNode?)value(parts[^1]))));
            scopes[scope.Key] = level is null ? collections : new JsonObject { [level] = collections };
        }

        return scopes;
    }

    private static JsonObject Events(string name, SyncGatewayEmulatorOptions options) => new()
    {
        ["max_processes"] = options.MaxProcesses,
        ["wait_for_process"] = options.WaitForProcess.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["document_changed"] = new JsonArray([.. options.Webhooks.Where(webhook => webhook.Database == name).Select(Webhook)]),
    };

    private static JsonObject Webhook(WebhookOptions webhook)
    {
        var json = new JsonObject { ["handler"] = "webhook", ["url"] = webhook.Url, ["timeout"] = webhook.Timeout };
        if (webhook.Filter is { } filter)
        {
            json["filter"] = filter;
        }

        if (webhook.WinningRevOnly)
        {
            json["options"] = new JsonObject { ["winning_rev_only"] = true };
        }

        return json;
    }
}
