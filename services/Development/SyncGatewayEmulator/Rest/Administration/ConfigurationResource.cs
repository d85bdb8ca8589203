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
    private static readonly string[] NotAllowed = ["server", "username", "users", "roles"];

    public static async Task CreateAsync(RequestContext context)
    {
        var name = context.Keyspace;
        var configuration = Read(await context.ReadBodyAsync(), name);
        if (!Apply(() => context.Emulator.Add(configuration)))
        {
            throw new HttpError(412, $"Duplicate database name \"{name}\"");
        }

        context.Response.StatusCode = 201;
        context.Response.ContentLength = 0;
    }

    public static async Task DeleteAsync(RequestContext context)
    {
        var database = context.Emulator.Find(context.Keyspace) ?? throw new HttpError(404, $"no such database \"{context.Keyspace}\"");
        await context.Emulator.RemoveAsync(database);
        await context.ReplyAsync(200, "{}");
    }

    public static Task GetAsync(RequestContext context) => context.ReplyAsync(200, WithoutPasswords(context.Database).ToJsonString());

    public static async Task ReplaceAsync(RequestContext context) =>
        Apply(context, Read(await context.ReadBodyAsync(), context.Database.Name));

    public static async Task ChangeAsync(RequestContext context)
    {
        var changes = Parse(await context.ReadBodyAsync());
        var merged = JsonNode.Parse(context.Database.Configuration.Given?.GetRawText() ?? "{}")!.AsObject();
        foreach (var member in changes.EnumerateObject())
        {
            merged[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        }

        foreach (var name in NotAllowed)
        {
            merged.Remove(name);
        }

        Apply(context, Read(Encoding.UTF8.GetBytes(merged.ToJsonString()), context.Database.Name));
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
        var shown = JsonNode.Parse(database.Configuration.Given?.GetRawText() ?? "{}")!.AsObject();
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

    private static void Apply(RequestContext context, DatabaseConfiguration configuration)
    {
        Apply(() =>
        {
            context.Emulator.Reconfigure(context.Database, configuration);
            return true;
        });
        context.Response.StatusCode = 201;
        context.Response.ContentLength = 0;
    }

    private static DatabaseConfiguration Read(ReadOnlyMemory<byte> body, string name)
    {
        var json = Parse(body);
        if (json.EnumerateObject().Select(member => member.Name).FirstOrDefault(NotAllowed.Contains) is { } misplaced)
        {
            throw new HttpError(400, $"Database config cannot have {misplaced} set here");
        }

        try
        {
            return ConfigurationReader.Database(json, name);
        }
        catch (FormatException error)
        {
            throw new HttpError(400, error.Message);
        }
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var text = Encoding.UTF8.GetString(body.Span);
            var json = Encoding.UTF8.GetBytes(ConfigurationText.ToJson(ConfigurationText.Expand(text, Environment.GetEnvironmentVariable)));
            if (GoJson.Decode(json, ConfigurationTypes.Database) is { } reason)
            {
                throw HttpError.BadJson(reason);
            }

            return JsonSerializer.Deserialize<JsonElement>((DocumentBody.ParseObject(json) ?? CanonicalObject.Empty).Json.Span);
        }
        catch (FormatException error)
        {
            throw new HttpError(400, error.Message);
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
