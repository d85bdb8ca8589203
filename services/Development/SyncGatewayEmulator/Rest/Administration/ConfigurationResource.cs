using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>Databases and their configuration, for administrators.</summary>
internal static class ConfigurationResource
{
    public static async Task CreateAsync(RequestContext context)
    {
        var name = context.Keyspace;

        // PouchDB creates databases without a body, which Sync Gateway answers 400 "Bad JSON: EOF".
        var json = await ReadAsync(context) is { Length: > 0 } body ? Parse(body) : JsonSerializer.SerializeToElement(new { });
        CheckName(
            json, name, given => $"When providing a name in the JSON body ({given}), ensure it matches the name in the path ({name}).");
        if (context.Emulator.Find(name) is not null)
        {
            throw Unloaded($"412 Duplicate database name {GoText.Quote(name)}");
        }

        if (!Database.IsName(name))
        {
            throw Unloaded($"400 Illegal database name: {name}");
        }

        var configuration = Read(json, name, Unloaded);
        if (!Apply(() => context.Emulator.Add(configuration)))
        {
            throw Unloaded($"412 Duplicate database name {GoText.Quote(name)}");
        }

        context.Response.StatusCode = 201;
        context.Response.ContentLength = 0;

        static HttpError Unloaded(string reason) => new(500, $"couldn't load database: {reason}");
    }

    public static async Task DeleteAsync(RequestContext context)
    {
        var database = context.Emulator.Find(context.Keyspace) ?? throw new HttpError(404, $"no such database {GoText.Quote(context.Keyspace)}");
        await context.Emulator.RemoveAsync(database);
        await context.ReplyAsync(200, "{}");
    }

    public static Task GetAsync(RequestContext context)
    {
        CheckRedaction(context);
        var shown = WithoutPasswords(context.Database);
        if (context.Query("include_javascript") is not (null or "true"))
        {
            RemoveScripts(shown.AsObject());
        }

        return context.ReplyAsync(200, shown.ToJsonString());
    }

    /// <exception cref="HttpError">400: the request asks for passwords.</exception>
    public static void CheckRedaction(RequestContext context)
    {
        if (context.Query("redact") is not (null or "true"))
        {
            throw new HttpError(400, "redact=false is no longer supported");
        }
    }

    public static async Task ReplaceAsync(RequestContext context) => Apply(context, Changes(context, await ReadAsync(context)));

    /// <summary>Changes the settings that are sent, in all depth; the others stay, and so do webhooks that were added later.</summary>
    public static async Task ChangeAsync(RequestContext context)
    {
        var changes = Changes(context, await ReadAsync(context));
        var merged = ObjectOf(context.Database.Configuration.Given);
        Merge(merged, ObjectOf(changes));
        var keepsWebhooks = ObjectOf(changes)["event_handlers"] is not JsonObject events || !events.ContainsKey("document_changed");
        Apply(context, JsonSerializer.SerializeToElement(merged), keepsWebhooks);
    }

    public static async Task TakeOfflineAsync(RequestContext context)
    {
        await context.Database.TakeOfflineAsync("ADMIN Request");
        context.Response.ContentLength = 0;
    }

    public static Task TakeOnlineAsync(RequestContext context)
    {
        context.Database.TakeOnline("ADMIN Request");
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>The configuration without passwords.</summary>
    public static JsonNode WithoutPasswords(Database database)
    {
        var shown = ObjectOf(database.Configuration.Given);
        shown["name"] = database.Name;
        foreach (var user in (shown["users"] as JsonObject ?? []).Select(pair => pair.Value).OfType<JsonObject>().Where(user => user.ContainsKey("password")))
        {
            user["password"] = "xxxxx";
        }

        if (shown.ContainsKey("password"))
        {
            shown["password"] = "xxxxx";
        }

        return shown;
    }

    /// <summary>Removes the sync function, the import filter and the filters of webhooks; those of collections stay.</summary>
    private static void RemoveScripts(JsonObject configuration)
    {
        configuration.Remove("sync");
        configuration.Remove("import_filter");
        var handlers = configuration["event_handlers"] as JsonObject ?? [];
        foreach (var handler in handlers.Select(pair => pair.Value).OfType<JsonArray>().SelectMany(list => list))
        {
            (handler as JsonObject)?.Remove("filter");
        }
    }

    private static JsonElement Changes(RequestContext context, ReadOnlyMemory<byte> body)
    {
        var json = Parse(body);
        CheckName(
            json,
            context.Database.Name,
            _ => "Cannot update database name. This requires removing and re-creating the database with a new name");
        return json;
    }

    private static void Apply(RequestContext context, JsonElement json, bool keepsWebhooks = false)
    {
        var configuration = Read(json, context.Database.Name, reason => new(500, $"Internal error: {reason}"));
        Apply(() =>
        {
            context.Emulator.Reconfigure(context.Database, configuration, keepsWebhooks);
            return true;
        });
        context.Response.StatusCode = 201;
        context.Response.ContentLength = 0;
    }

    private static void CheckName(JsonElement json, string name, Func<string, string> reason)
    {
        if (ObjectOf(json)["name"] is JsonValue value && value.ToString() is { Length: > 0 } given && given != name)
        {
            throw new HttpError(400, reason(given));
        }
    }

    private static DatabaseConfiguration Read(JsonElement json, string name, Func<string, HttpError> unloaded)
    {
        try
        {
            return ConfigurationReader.Database(json, name);
        }
        catch (DatabaseLoadException error)
        {
            throw unloaded(error.Reason);
        }
        catch (FormatException error)
        {
            throw new HttpError(400, error.Message);
        }
    }

    private static ValueTask<ReadOnlyMemory<byte>> ReadAsync(RequestContext context) =>
        ContentTypes.ReasonAgainstJson(context.Request.ContentType) is { } reason
            ? throw new HttpError(415, reason)
            : context.ReadWholeBodyAsync();

    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        byte[] json;
        try
        {
            var text = ConfigurationText.Expand(Encoding.UTF8.GetString(body.Span), Environment.GetEnvironmentVariable);
            json = Encoding.UTF8.GetBytes(ConfigurationText.ToJson(text));
        }
        catch (FormatException error)
        {
            throw new HttpError(400, error.Message);
        }

        return GoJson.Decode(json, ConfigurationTypes.Database) is { } reason
            ? throw HttpError.BadJson(reason)
            : JsonSerializer.Deserialize<JsonElement>((DocumentBody.ParseObject(json) ?? CanonicalObject.Empty).Json.Span);
    }

    /// <summary>A configuration to change. Names of settings may have any case; names of users, for example, are kept apart.</summary>
    private static JsonObject ObjectOf(JsonElement json, bool settings = true)
    {
        var members = new JsonObject(new JsonNodeOptions { PropertyNameCaseInsensitive = settings });
        foreach (var member in json.EnumerateObject())
        {
            members[member.Name] = member.Value.ValueKind == JsonValueKind.Object
                ? ObjectOf(member.Value, settings && member.Name.Equals("event_handlers", StringComparison.OrdinalIgnoreCase))
                : JsonNode.Parse(member.Value.GetRawText());
        }

        return members;
    }

    private static void Merge(JsonObject into, JsonObject changes)
    {
        foreach (var (name, value) in changes)
        {
            if (value is JsonObject inner && into[name] is JsonObject present)
            {
                Merge(present, inner);
            }
            else
            {
                into[name] = value?.DeepClone();
            }
        }
    }

    private static bool Apply(Func<bool> change)
    {
        try
        {
            return change();
        }
        catch (InvalidOperationException error)
        {
            throw new HttpError(400, error.Message);
        }
    }
}
