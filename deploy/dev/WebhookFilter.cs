using System.Text.Json.Nodes;

namespace OfflineActions.Dev;

/// <summary>The webhook filter in <c>deploy/sync-gateway/sync-gateway.json</c>, which is embedded into the program.</summary>
internal static class WebhookFilter
{
    /// <summary>The filter's source: <c>function (doc, oldDoc)</c>, true for documents that Sync Gateway posts to the gateway.</summary>
    public static string JavaScript { get; } = Read();

    private static string Read()
    {
        using var file = typeof(WebhookFilter).Assembly.GetManifestResourceStream("sync-gateway.json")
            ?? throw new InvalidOperationException("The program was built without sync-gateway.json.");
        return (string?)JsonNode.Parse(file)?["databases"]?["db"]?["event_handlers"]?["document_changed"]?[0]?["filter"]
            ?? throw new InvalidOperationException("sync-gateway.json has no filter for the webhook of the database db.");
    }
}
