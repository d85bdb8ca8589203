using System.Text.Json.Nodes;

namespace OfflineActions.DevHost;

/// <summary>The filter that keeps everything but requests away from the gateway, as Sync Gateway's configuration file has it.</summary>
internal static class RequestFilter
{
    /// <summary>JavaScript, <c>function (doc, oldDoc)</c>.</summary>
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var file = typeof(RequestFilter).Assembly.GetManifestResourceStream("sync-gateway.json")
            ?? throw new InvalidOperationException("The program was built without sync-gateway.json.");
        return (string?)JsonNode.Parse(file)?["databases"]?["db"]?["event_handlers"]?["document_changed"]?[0]?["filter"]
            ?? throw new InvalidOperationException("sync-gateway.json has no webhook with a filter.");
    }
}
