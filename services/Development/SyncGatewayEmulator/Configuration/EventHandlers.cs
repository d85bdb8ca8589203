using System.Text.Json;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Configuration;

/// <summary>Reads the handlers of one kind of event, with the checks and words of Sync Gateway.</summary>
internal static class EventHandlers
{
    private const string WinningRevOnly = "winning_rev_only";

    /// <param name="events">The <c>event_handlers</c> of a database.</param>
    /// <param name="name"><c>document_changed</c> or <c>db_state_changed</c>.</param>
    /// <param name="database">The name of the database.</param>
    /// <exception cref="DatabaseLoadException">Sync Gateway would not load the database.</exception>
    /// <exception cref="FormatException">A setting is unknown or has the wrong type.</exception>
    public static IReadOnlyList<WebhookOptions> Read(ConfigurationSection events, string name, string database)
    {
        var handlers = events.Elements(name).Select(json => ConfigurationSchema.OfEvent(json, events.Name(name))).ToList();
        foreach (var handler in handlers)
        {
            CheckOptions(handler, changes: name == "document_changed");
        }

        return [.. handlers.Select(handler => Webhook(handler, database))];
    }

    private static WebhookOptions Webhook(ConfigurationSection handler, string database)
    {
        var type = handler.Text("handler") ?? "";
        if (type != "webhook")
        {
            throw new DatabaseLoadException(handler.Name("handler"), $"Unknown event handler type {type}");
        }

        if (handler.Text("url") is not { Length: > 0 } given)
        {
            throw new DatabaseLoadException(handler.Name("url"), "url parameter must be defined for webhook events.");
        }

        return new()
        {
            Url = Uri.TryCreate(given, UriKind.Absolute, out var url)
                ? url.OriginalString
                : throw new FormatException($"{handler.Name("url")} is not a URL"),
            Filter = handler.Text("filter"),
            Timeout = handler.Number("timeout") ?? 60,
            Database = database,
            WinningRevOnly = handler.Members("options").Any(option => option is { Name: WinningRevOnly, Value.ValueKind: JsonValueKind.True }),
        };
    }

    private static void CheckOptions(ConfigurationSection handler, bool changes)
    {
        if (handler.Value("options") is not { } options)
        {
            return;
        }

        var errors = !changes
            ? [$"unknown options {Go(options)} found for event type \"DBStateChange\""]
            : handler.Members("options").Select(OptionError).Where(error => error is not null).ToList();
        if (errors.Count > 0)
        {
            throw new DatabaseLoadException(
                handler.Name("options"), errors.Count == 1 ? errors[0]! : $"{errors.Count} errors:\n{string.Join('\n', errors)}");
        }
    }

    private static string? OptionError(JsonProperty option) =>
        option.Name != WinningRevOnly ? $"unknown option {GoText.Quote(option.Name)} found for event type \"DocumentChange\""
        : option.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null
        : $"Event option \"{WinningRevOnly}\" must be of type bool";

    /// <summary>A value as Go prints it.</summary>
    private static string Go(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => $"map[{string.Join(' ', json.EnumerateObject().Select(member => $"{member.Name}:{Go(member.Value)}"))}]",
        JsonValueKind.Array => $"[{string.Join(' ', json.EnumerateArray().Select(Go))}]",
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Null => "<nil>",
        _ => json.GetRawText(),
    };
}
